"""A foreign client: python3-winrm by NTLM with every message encrypted. Arguments: URL USER PASSWORD CA; prints JSON."""
import json
import sys
import uuid
import xml.etree.ElementTree as ET

import urllib3.connectionpool
from winrm.exceptions import WinRMError
from winrm.protocol import Protocol

url, user, password, authority = sys.argv[1:5]
protocol = Protocol(endpoint=url, transport='ntlm', username=user, password=password, message_encryption='always',
                    **({'ca_trust_path': authority} if url.startswith('https') else {}))
NS = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/'
TRANSFER = 'http://schemas.xmlsoap.org/ws/2004/09/transfer/'
ENUM = 'http://schemas.xmlsoap.org/ws/2004/09/enumeration/'
ANONYMOUS = 'http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous'
SERVICE = NS + 'Msvm_VirtualSystemManagementService'

opened = []
for pool in (urllib3.connectionpool.HTTPConnectionPool, urllib3.connectionpool.HTTPSConnectionPool):
    def counted(self, connect=pool._new_conn):
        opened.append(1)
        return connect(self)
    pool._new_conn = counted


def message(action, uri, body, selectors):
    chosen = ''.join('<w:Selector Name="%s">%s</w:Selector>' % item for item in (selectors or {}).items())
    return """<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"
 xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
 xmlns:n="%s"><env:Header><a:To>http://windows-host:5985/wsman</a:To>
<a:ReplyTo><a:Address>%s</a:Address></a:ReplyTo><a:MessageID>uuid:%s</a:MessageID>
<w:OperationTimeout>PT60S</w:OperationTimeout><w:ResourceURI>%s</w:ResourceURI><a:Action>%s</a:Action>
<w:SelectorSet>%s</w:SelectorSet></env:Header><env:Body>%s</env:Body></env:Envelope>""" % (
        ENUM.rstrip('/'), ANONYMOUS, uuid.uuid4(), uri, action, chosen, body)


def send(action, uri, body='', selectors=None):
    return protocol.send_message(message(action, uri, body, selectors))


def status(action, uri, body='', selectors=None):
    try:
        send(action, uri, body, selectors)
        return 200
    except WinRMError as error:
        # The code of the fault is there only when the fault could be decrypted.
        assert "'fault_subcode'" in str(error), error
        return 500


def texts(reply, name):
    return [e.text for e in ET.fromstring(reply).iter() if e.tag.rsplit('}', 1)[-1] == name]


out = {}
names = set()
faults = 0
for i in range(100):
    names.update(texts(send(TRANSFER + 'Get', SERVICE), 'SystemName'))
    if i % 5 == 0:
        faults += status(TRANSFER + 'Get', NS + 'Msvm_Nothing') == 500
out['rounds'] = i + 1
out['names'] = len(names)
out['faults'] = faults
settings = ('<![CDATA[<INSTANCE CLASSNAME="Msvm_VirtualSystemSettingData"><PROPERTY NAME="ElementName" TYPE="string">'
            '<VALUE>from-python</VALUE></PROPERTY></INSTANCE>]]>')
reply = send(SERVICE + '/DefineSystem', SERVICE,
             '<p:DefineSystem_INPUT xmlns:p="%s"><p:SystemSettings>%s</p:SystemSettings></p:DefineSystem_INPUT>' % (SERVICE, settings))
out['define'] = texts(reply, 'ReturnValue')
selectors = {e.get('Name'): e.text for e in ET.fromstring(reply).iter() if e.tag.endswith('}Selector')}
out['get'] = texts(send(TRANSFER + 'Get', NS + 'Msvm_ComputerSystem', '', selectors), 'ElementName')
query = ('<n:Enumerate><w:Filter Dialect="http://schemas.microsoft.com/wbem/wsman/1/WQL">'
         "SELECT * FROM Msvm_ComputerSystem WHERE ElementName = 'from-python'</w:Filter></n:Enumerate>")
context = texts(send(ENUM + 'Enumerate', NS + '*', query), 'EnumerationContext')[0]
pull = '<n:Pull><n:EnumerationContext>%s</n:EnumerationContext></n:Pull>'
out['pulled'] = texts(send(ENUM + 'Pull', NS + '*', pull % context), 'ElementName')
context = texts(send(ENUM + 'Enumerate', NS + '*', query), 'EnumerationContext')[0]
send(ENUM + 'Release', NS + '*', '<n:Release><n:EnumerationContext>%s</n:EnumerationContext></n:Release>' % context)
out['released'] = status(ENUM + 'Pull', NS + '*', pull % context) == 500
identify = ('<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body>'
            '<i:Identify xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"/></s:Body></s:Envelope>')
out['identified'] = texts(protocol.send_message(identify), 'ProductVendor')
out['put'] = status(TRANSFER + 'Put', NS + 'Msvm_ComputerSystem',
                    '<p:Msvm_ComputerSystem xmlns:p="%sMsvm_ComputerSystem"><p:ElementName>x</p:ElementName></p:Msvm_ComputerSystem>' % NS, selectors)
epr = ('<a:Address>%s</a:Address><a:ReferenceParameters><w:ResourceURI>%sMsvm_ComputerSystem</w:ResourceURI><w:SelectorSet>%s</w:SelectorSet></a:ReferenceParameters>'
       % (ANONYMOUS, NS, ''.join('<w:Selector Name="%s">%s</w:Selector>' % item for item in selectors.items())))
reply = send(SERVICE + '/DestroySystem', SERVICE,
             '<p:DestroySystem_INPUT xmlns:p="%s"><p:AffectedSystem>%s</p:AffectedSystem></p:DestroySystem_INPUT>' % (SERVICE, epr))
out['destroy'] = texts(reply, 'ReturnValue')
# In clear on the same, authenticated connection.
session = protocol.transport.session
session.auth = None
out['plain'] = session.post(url, data=identify, headers={'Content-Type': 'application/soap+xml'}).status_code
out['connections'] = len(opened)
print(json.dumps(out))
