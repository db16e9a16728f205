"""A foreign client in root\\virtualization: hand-written envelopes by python3-winrm. Arguments: URL USER PASSWORD CA-FILE."""
import json
import sys
import time
import uuid
import xml.etree.ElementTree as ET

from winrm.protocol import Protocol

url, user, password, ca = sys.argv[1:5]
protocol = Protocol(endpoint=url, transport='ssl', username=user, password=password, ca_trust_path=ca)
NS = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/'
TRANSFER = 'http://schemas.xmlsoap.org/ws/2004/09/transfer/'
ENUM = 'http://schemas.xmlsoap.org/ws/2004/09/enumeration/'
SERVICE = NS + 'Msvm_VirtualSystemManagementService'
SYSTEM = NS + 'Msvm_ComputerSystem'
ADDRESSING = 'http://schemas.xmlsoap.org/ws/2004/08/addressing'


def send(action, uri, body, selectors=None):
    chosen = ''.join('<w:Selector Name="%s">%s</w:Selector>' % item for item in (selectors or {}).items())
    return protocol.send_message("""<?xml version="1.0" encoding="utf-8"?>
<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope" xmlns:a="%s"
 xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration">
<env:Header><a:To>http://windows-host:5985/wsman</a:To>
<a:ReplyTo><a:Address mustUnderstand="true">%s/role/anonymous</a:Address></a:ReplyTo>
<w:MaxEnvelopeSize mustUnderstand="true">153600</w:MaxEnvelopeSize><a:MessageID>uuid:%s</a:MessageID>
<w:OperationTimeout>PT60S</w:OperationTimeout><w:ResourceURI mustUnderstand="true">%s</w:ResourceURI>
<a:Action mustUnderstand="true">%s</a:Action><w:SelectorSet>%s</w:SelectorSet></env:Header>
<env:Body>%s</env:Body></env:Envelope>""" % (ADDRESSING, ADDRESSING, uuid.uuid4(), uri, action, chosen, body))


def local(tag):
    return tag.rsplit('}', 1)[-1]


def texts(reply, name):
    return [e.text for e in ET.fromstring(reply).iter() if local(e.tag) == name]


def selectors_in(reply, of=None):
    root = ET.fromstring(reply)
    if of is not None:
        root = next(e for e in root.iter() if local(e.tag) == of)
    return {e.get('Name'): e.text for e in root.iter() if local(e.tag) == 'Selector'}


def query(wql, name):
    reply = send(ENUM + 'Enumerate', NS + '*',
                 '<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>32000</w:MaxElements>'
                 '<w:Filter Dialect="http://schemas.microsoft.com/wbem/wsman/1/WQL">%s</w:Filter></n:Enumerate>' % wql)
    return texts(reply, name)


def invoke(uri, method, parameters, selectors=None):
    body = ''.join('<p:%s>%s</p:%s>' % (name, value, name) for name, value in parameters.items())
    return send(uri + '/' + method, uri, '<p:%s_INPUT xmlns:p="%s">%s</p:%s_INPUT>' % (method, uri, body, method), selectors)


def epr(uri, selectors):
    return ('<a:Address>%s/role/anonymous</a:Address><a:ReferenceParameters><w:ResourceURI>%s</w:ResourceURI>'
            '<w:SelectorSet>%s</w:SelectorSet></a:ReferenceParameters>'
            % (ADDRESSING, uri, ''.join('<w:Selector Name="%s">%s</w:Selector>' % item for item in selectors.items())))


out = {}
text = ('<![CDATA[<INSTANCE CLASSNAME="Msvm_VirtualSystemGlobalSettingData"><PROPERTY NAME="ElementName" TYPE="string">'
        '<VALUE>python-2008</VALUE></PROPERTY></INSTANCE>]]>')
reply = invoke(SERVICE, 'DefineVirtualSystem', {'SystemSettingData': text})
out['define'] = texts(reply, 'ReturnValue')
vm = selectors_in(reply)
vm.pop('__cimnamespace', None)
out['names'] = query("select * from Msvm_ComputerSystem where ElementName = 'python-2008'", 'ElementName')
out['settingTypes'] = query("SELECT SettingType FROM Msvm_VirtualSystemSettingData WHERE SystemName = '%s'" % vm['Name'], 'SettingType')
out['globalName'] = query("SELECT ElementName FROM Msvm_VirtualSystemGlobalSettingData WHERE SystemName = '%s'" % vm['Name'], 'ElementName')
reply = invoke(SERVICE, 'CreateVirtualSystemSnapshot', {'SourceSystem': epr(SYSTEM, vm)})
out['snapshot'] = texts(reply, 'ReturnValue')
job = selectors_in(reply, 'Job')
state = ['3']
while state[0] in ('3', '4'):
    time.sleep(0.05)
    state = texts(send(TRANSFER + 'Get', NS + 'Msvm_ConcreteJob', '', job), 'JobState')
out['jobState'] = state
out['snapshotTypes'] = query("SELECT SettingType FROM Msvm_VirtualSystemSettingData WHERE SystemName = '%s' AND SettingType = 5" % vm['Name'], 'SettingType')
out['pauseWhenOff'] = texts(invoke(SYSTEM, 'RequestStateChange', {'RequestedState': '32768'}, vm), 'ReturnValue')
out['pauseOfV2'] = texts(invoke(SYSTEM, 'RequestStateChange', {'RequestedState': '9'}, vm), 'ReturnValue')
out['importOfNothing'] = texts(invoke(SERVICE, 'ImportVirtualSystem', {'ImportDirectory': '', 'GenerateNewID': 'true'}), 'ReturnValue')
# The script's "true" is a boolean; the folder is refused, not the word.
out['importAsText'] = texts(invoke(SERVICE, 'ImportVirtualSystem', {'ImportDirectory': 'C:\\nowhere', 'GenerateNewID': 'True'}), 'ReturnValue')
reply = invoke(SERVICE, 'DestroyVirtualSystem', {'ComputerSystem': epr(SYSTEM, vm)})
out['destroy'] = texts(reply, 'ReturnValue')
job = selectors_in(reply, 'Job')
state = ['3']
while state[0] in ('3', '4'):
    time.sleep(0.05)
    state = texts(send(TRANSFER + 'Get', NS + 'Msvm_ConcreteJob', '', job), 'JobState')
out['left'] = query("SELECT Name FROM Msvm_ComputerSystem WHERE Name = '%s'" % vm['Name'], 'Name')
print(json.dumps(out))
