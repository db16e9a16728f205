"""A foreign client: python3-winrm sends hand-written envelopes over Basic. Arguments: URL USER PASSWORD CA-FILE; prints JSON."""
import json
import re
import sys
import uuid
import xml.etree.ElementTree as ET

from winrm.exceptions import WinRMError, WinRMTransportError
from winrm.protocol import Protocol

url, user, password, ca = sys.argv[1:5]
transport = 'ssl' if url.startswith('https') else 'plaintext'
protocol = Protocol(endpoint=url, transport=transport, username=user, password=password, ca_trust_path=ca)
NS = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/'
TRANSFER = 'http://schemas.xmlsoap.org/ws/2004/09/transfer/'
ENUM = 'http://schemas.xmlsoap.org/ws/2004/09/enumeration/'


def send(action, uri, body, selectors=None):
    chosen = ''.join('<w:Selector Name="%s">%s</w:Selector>' % item for item in (selectors or {}).items())
    message = """<?xml version="1.0" encoding="utf-8"?>
<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"
 xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration"
 xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd">
<env:Header><a:To>http://windows-host:5985/wsman</a:To>
<a:ReplyTo><a:Address mustUnderstand="true">http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>
<w:MaxEnvelopeSize mustUnderstand="true">153600</w:MaxEnvelopeSize><a:MessageID>uuid:%s</a:MessageID>
<w:Locale mustUnderstand="false" xml:lang="en-US"/><p:DataLocale mustUnderstand="false" xml:lang="en-US"/>
<w:OperationTimeout>PT60S</w:OperationTimeout><w:ResourceURI mustUnderstand="true">%s</w:ResourceURI>
<a:Action mustUnderstand="true">%s</a:Action><w:SelectorSet>%s</w:SelectorSet></env:Header>
<env:Body>%s</env:Body></env:Envelope>""" % (uuid.uuid4(), uri, action, chosen, body)
    return protocol.send_message(message)


def local(tag):
    return tag.rsplit('}', 1)[-1]


def texts(reply, name):
    return [e.text for e in ET.fromstring(reply).iter() if local(e.tag) == name]


out = {}
service = NS + 'Msvm_VirtualSystemManagementService'
text = '<![CDATA[<INSTANCE CLASSNAME="Msvm_VirtualSystemSettingData"><PROPERTY NAME="ElementName" TYPE="string"><VALUE>from-python</VALUE></PROPERTY></INSTANCE>]]>'
reply = send(service + '/DefineSystem', service,
             '<p:DefineSystem_INPUT xmlns:p="%s"><p:SystemSettings>%s</p:SystemSettings></p:DefineSystem_INPUT>' % (service, text))
out['define'] = texts(reply, 'ReturnValue')
selectors = {e.get('Name'): e.text for e in ET.fromstring(reply).iter() if local(e.tag) == 'Selector'}
reply = send(TRANSFER + 'Get', NS + 'Msvm_ComputerSystem', '', selectors)
out['name'] = texts(reply, 'ElementName')
out['state'] = texts(reply, 'EnabledState')
reply = send(ENUM + 'Enumerate', NS + '*',
             '<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>32000</w:MaxElements>'
             '<w:Filter Dialect="http://schemas.microsoft.com/wbem/wsman/1/WQL">'
             "SELECT Name, ElementName FROM Msvm_ComputerSystem WHERE ElementName = 'from-python'</w:Filter></n:Enumerate>")
out['query'] = texts(reply, 'ElementName')
reply = send(NS + 'Msvm_ComputerSystem/RequestStateChange', NS + 'Msvm_ComputerSystem',
             '<p:RequestStateChange_INPUT xmlns:p="%sMsvm_ComputerSystem"><p:RequestedState>9</p:RequestedState></p:RequestStateChange_INPUT>' % NS, selectors)
out['pauseWhenOff'] = texts(reply, 'ReturnValue')
try:
    send(TRANSFER + 'Get', NS + 'Msvm_NoSuchClass', '', {})
    out['fault'] = None
except WinRMTransportError as error:
    # Debian 13's pywinrm hands on the reply, Debian 12's reads the fault itself.
    out['fault'] = {'status': error.code, 'code': re.findall(r'WSManFault[^>]* Code="(\d+)"', error.response_text)}
except WinRMError as error:
    out['fault'] = {'status': int(re.findall(r"'http_status_code': (\d+)", str(error))[0]),
                    'code': re.findall(r"'wsmanfault_code': '(\d+)'", str(error))}
epr = ('<a:Address xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing">http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address>'
       '<a:ReferenceParameters xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"><w:ResourceURI>%sMsvm_ComputerSystem</w:ResourceURI><w:SelectorSet>%s</w:SelectorSet></a:ReferenceParameters>'
       % (NS, ''.join('<w:Selector Name="%s">%s</w:Selector>' % item for item in selectors.items())))
reply = send(service + '/DestroySystem', service,
             '<p:DestroySystem_INPUT xmlns:p="%s"><p:AffectedSystem>%s</p:AffectedSystem></p:DestroySystem_INPUT>' % (service, epr))
out['destroy'] = texts(reply, 'ReturnValue')
print(json.dumps(out))
