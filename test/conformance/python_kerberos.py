"""A foreign client: Kerberos by MIT's GSS-API, messages wrapped as WinRM's clients do. Arguments: HOST:PORT, scheme,
class of the service's name (HTTP); prints JSON."""
import base64
import http.client
import json
import re
import struct
import sys

import gssapi
import gssapi.raw as raw

KERBEROS = gssapi.OID.from_int_seq('1.2.840.113554.1.2.2')
SPNEGO = gssapi.OID.from_int_seq('1.3.6.1.5.5.2')
scheme = sys.argv[2]
PROTOCOL = 'application/HTTP-%s-session-encrypted' % ('Kerberos' if scheme == 'Kerberos' else 'SPNEGO')
BOUNDARY = '--Encrypted Boundary'
IDENTIFY = (b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body>'
            b'<i:Identify xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"/></s:Body></s:Envelope>')

connection = http.client.HTTPConnection(sys.argv[1])
service = sys.argv[3] if len(sys.argv) > 3 else 'HTTP'
server = gssapi.Name(service + '@' + sys.argv[1].split(':')[0], gssapi.NameType.hostbased_service)
flags = (gssapi.RequirementFlag.integrity | gssapi.RequirementFlag.confidentiality |
         gssapi.RequirementFlag.mutual_authentication)
context = gssapi.SecurityContext(name=server, mech=KERBEROS if scheme == 'Kerberos' else SPNEGO, flags=flags, usage='initiate')


def post(headers, body=b''):
    connection.request('POST', '/wsman', body, headers)
    response = connection.getresponse()
    return response, response.read()


legs = []
replayed = None
token = context.step()
while token:
    header = scheme + ' ' + base64.b64encode(token).decode()
    response, _ = post({'Authorization': header})
    legs.append(response.status)
    replayed = replayed or header
    answer = re.match(scheme + r' (\S+)$', response.getheader('WWW-Authenticate') or '')
    token = context.step(base64.b64decode(answer.group(1))) if answer and not context.complete else None

statuses = []
vendors = 0
for message in (IDENTIFY, b'<a/>', IDENTIFY):
    iov = raw.IOV(raw.IOVBufferType.header, message, raw.IOVBufferType.padding, std_layout=False)
    raw.wrap_iov(context, iov, confidential=True)
    signature, sealed = iov[0].value, iov[1].value + (iov[2].value or b'')
    head = '%s\r\n\tContent-Type: %s\r\n\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=%d\r\n' \
           '%s\r\n\tContent-Type: application/octet-stream\r\n' % (BOUNDARY, PROTOCOL, len(message), BOUNDARY)
    body = head.encode() + struct.pack('<I', len(signature)) + signature + sealed + BOUNDARY.encode() + b'--\r\n'
    kind = 'multipart/encrypted;protocol="%s";boundary="Encrypted Boundary"' % PROTOCOL
    response, reply = post({'Content-Type': kind}, body)
    statuses.append(response.status)
    data = reply[reply.index(b'octet-stream\r\n') + len('octet-stream\r\n'):]
    length = struct.unpack('<I', data[:4])[0]
    data = data[4:-len(BOUNDARY + '--\r\n')]
    iov = raw.IOV((raw.IOVBufferType.header, False, data[:length]), (raw.IOVBufferType.data, False, data[length:]),
                  (raw.IOVBufferType.padding, False, b''), std_layout=False)
    raw.unwrap_iov(context, iov)
    vendors += (iov[1].value or b'').count(b'<wsmid:ProductVendor>vsms<')

connection = http.client.HTTPConnection(sys.argv[1])
response, _ = post({'Authorization': replayed})
print(json.dumps({'legs': legs, 'complete': context.complete, 'statuses': statuses, 'vendors': vendors,
                  'replayed': response.status}))
