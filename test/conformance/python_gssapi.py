"""A foreign client: Negotiate by GSS-API with gss-ntlmssp, its wrap and unwrap. Argument: HOST:PORT; prints JSON."""
import base64
import http.client
import json
import re
import struct
import sys

import gssapi

SPNEGO = gssapi.OID.from_int_seq('1.3.6.1.5.5.2')
NTLMSSP = gssapi.OID.from_int_seq('1.3.6.1.4.1.311.2.2.10')
PROTOCOL = 'application/HTTP-SPNEGO-session-encrypted'
BOUNDARY = '--Encrypted Boundary'
IDENTIFY = (b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body>'
            b'<i:Identify xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"/></s:Body></s:Envelope>')

connection = http.client.HTTPConnection(sys.argv[1])
server = gssapi.Name('HTTP@' + sys.argv[1].split(':')[0], gssapi.NameType.hostbased_service)
user = gssapi.Name('WORKGROUP\\admin', gssapi.NameType.user)
credentials = gssapi.Credentials(name=user, mechs=[SPNEGO], usage='initiate')
flags = gssapi.RequirementFlag.integrity | gssapi.RequirementFlag.confidentiality
context = gssapi.SecurityContext(name=server, mech=SPNEGO, flags=flags, creds=credentials, usage='initiate')


def post(headers, body=b''):
    connection.request('POST', '/wsman', body, headers)
    response = connection.getresponse()
    return response, response.read()


legs = []
token = context.step()
while token:
    response, _ = post({'Authorization': 'Negotiate ' + base64.b64encode(token).decode()})
    legs.append(response.status)
    answer = re.match(r'Negotiate (\S+)$', response.getheader('WWW-Authenticate') or '')
    token = context.step(base64.b64decode(answer.group(1))) if answer and not context.complete else None

statuses = []
vendors = 0
for message in (IDENTIFY, b'<a/>', IDENTIFY):
    wrapped = context.wrap(message, True).message
    head = '%s\r\n\tContent-Type: %s\r\n\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=%d\r\n' \
           '%s\r\n\tContent-Type: application/octet-stream\r\n' % (BOUNDARY, PROTOCOL, len(message), BOUNDARY)
    body = head.encode() + struct.pack('<I', 16) + wrapped + BOUNDARY.encode() + b'--\r\n'
    kind = 'multipart/encrypted;protocol="%s";boundary="Encrypted Boundary"' % PROTOCOL
    response, reply = post({'Content-Type': kind}, body)
    statuses.append(response.status)
    data = reply[reply.index(b'octet-stream\r\n') + len('octet-stream\r\n'):]
    assert data[:4] == struct.pack('<I', 16), data[:4]
    vendors += context.unwrap(data[4:-len(BOUNDARY + '--\r\n')]).message.count(b'<wsmid:ProductVendor>vsms<')
print(json.dumps({'legs': legs, 'complete': context.complete, 'statuses': statuses, 'vendors': vendors}))
