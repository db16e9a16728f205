"""The `wmi` module that os-win imports on Windows (PyMI), with WS-Management below it instead of MI's local session.

Only what os-win uses: monikers, classes called as queries, WQL, associators, methods with out parameters in alphabetical
order, GetText_(1), new(), watch_for. Types come from the class as the service tells it (GetClass of the CIM client).
"""
import re
import uuid
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

import requests

from os_win import exceptions

SCHEMA = 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/'
CLASSES = 'http://schemas.dmtf.org/wbem/cim-xml/2/cim-schema/2/*'
ALL = 'http://schemas.dmtf.org/wbem/wscim/1/*'
TRANSFER = 'http://schemas.xmlsoap.org/ws/2004/09/transfer'
ENUMERATION = 'http://schemas.xmlsoap.org/ws/2004/09/enumeration'
EVENTING = 'http://schemas.xmlsoap.org/ws/2004/08/eventing'
ADDRESSING = 'http://schemas.xmlsoap.org/ws/2004/08/addressing'
WQL = 'http://schemas.microsoft.com/wbem/wsman/1/WQL'
ASSOCIATIONS = 'http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter'
XSI = '{http://www.w3.org/2001/XMLSchema-instance}'
WBEM_E_NOT_FOUND = 0x80041002
WBEM_E_FAILED = 0x80041001
# WSMan: nothing came within the time of the operation; no such object.
TIMED_OUT, UNREACHABLE = '2150858793', '2150858752'

_server = {}


def connect_to(url, user, password):
    """The host that every moniker means."""
    session = requests.Session()
    session.auth = (user, password)
    session.trust_env = False
    _server.update(url=url, session=session, name=None)
    _server['name'] = WMI('//./root/cimv2').query('SELECT Name FROM Win32_ComputerSystem')[0].Name


class ComError(Exception):
    def __init__(self, hresult, text):
        super().__init__(hresult, text)
        self.hresult = hresult
        self.excepinfo = (0, 'vsms', text, None, 0, hresult)


def local(element):
    return element.tag.rsplit('}', 1)[-1]


def find(element, name):
    return next((each for each in element.iter() if local(each) == name), None)


def text_of(element, name):
    found = find(element, name)
    return '' if found is None else (found.text or '').strip()


def fault(body):
    code = next((each.get('Code') for each in body.iter() if local(each) == 'WSManFault'), '')
    reason = text_of(find(body, 'Reason'), 'Text')
    if code == TIMED_OUT:
        return exceptions.x_wmi_timed_out(reason, ComError(WBEM_E_FAILED, reason))
    missing = code == UNREACHABLE or text_of(body, 'error_Code') == '6'
    return exceptions.x_wmi(reason, ComError(WBEM_E_NOT_FOUND if missing else WBEM_E_FAILED, reason))


def selectors(keys):
    each = ''.join('<w:Selector Name="%s">%s</w:Selector>' % (name, escape(value)) for name, value in keys.items())
    return '<w:SelectorSet>%s</w:SelectorSet>' % each


class Path:
    """An object path in any spelling that WMI has."""

    def __init__(self, text):
        match = re.match(r'^(?:[\\/]{2}([^\\/]+)[\\/])?([^:]*)(?::([^.=]+)(?:\.(.*)|=@)?)?$', text, re.S)
        if match is None:
            raise exceptions.x_wmi('not a moniker: %s' % text, ComError(0x8004103A, text))
        self.namespace = match.group(2).replace('\\', '/')
        self.Class = match.group(3)
        pairs = re.findall(r'([A-Za-z_]\w*)=(?:"((?:[^"\\]|\\.)*)"|([^,]*))', match.group(4) or '', re.S)
        self.keys = {name: re.sub(r'\\(.)', r'\1', quoted, flags=re.S) or bare for name, quoted, bare in pairs}

    @property
    def RelPath(self):
        keys = ','.join('%s="%s"' % (name, value.replace('\\', '\\\\').replace('"', '\\"'))
                        for name, value in sorted(self.keys.items()))
        return '%s.%s' % (self.Class, keys) if keys else '%s=@' % self.Class

    def __str__(self):
        return '\\\\%s\\%s:%s' % (_server['name'], self.namespace.replace('/', '\\'), self.RelPath)

    @property
    def endpoint(self):
        keys = {'__cimnamespace': self.namespace, **self.keys}
        return ('<a:Address>%s/role/anonymous</a:Address><a:ReferenceParameters><w:ResourceURI>%s</w:ResourceURI>%s'
                '</a:ReferenceParameters>' % (ADDRESSING, SCHEMA + self.Class, selectors(keys)))


def path_in(element):
    path = Path('')
    path.Class = text_of(element, 'ResourceURI').rsplit('/', 1)[-1]
    path.keys = {each.get('Name'): each.text or '' for each in element.iter() if local(each) == 'Selector'}
    # MI writes the root of a reference's namespace in capitals; os-win counts on it.
    path.namespace = re.sub('^root', 'ROOT', path.keys.pop('__cimnamespace', 'root/virtualization/v2'))
    return path


def cim_time(element):
    """ISO 8601 as it stands on the wire, in the 25 characters of CIM."""
    text = (element.text or '').strip()
    at = re.match(r'^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?Z?$', text)
    if at:
        return '%s.%s+000' % (''.join(at.groups()[:6]), (at.group(7) or '')[:6].ljust(6, '0'))
    span = re.match(r'^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d+))?S)?)?$', text)
    if span is None:
        return text
    days, hours, minutes, seconds, parts = (group or '' for group in span.groups())
    return '%s%s%s%s.%s:000' % (days.zfill(8), hours.zfill(2), minutes.zfill(2), seconds.zfill(2), parts[:6].ljust(6, '0'))


class Schema:
    """A class as GetClass tells it: types of properties and of parameters."""

    def __init__(self, element):
        self.name = element.get('NAME')
        self.properties = {each.get('NAME'): each for each in element if each.tag.startswith('PROPERTY')}
        self.methods = {each.get('NAME').lower(): each for each in element if each.tag == 'METHOD'}

    @staticmethod
    def is_array(element):
        return element.tag.endswith(('.ARRAY', '.REFARRAY'))

    @staticmethod
    def is_reference(element):
        return element.tag.endswith(('REFERENCE', 'REFARRAY'))

    @staticmethod
    def marked(element, qualifier):
        return any(each.tag == 'QUALIFIER' and each.get('NAME').lower() == qualifier and each.findtext('VALUE').lower() == 'true'
                   for each in element)

    @property
    def keys(self):
        return [name for name, declared in self.properties.items() if self.marked(declared, 'key')]

    def spelled(self, name):
        return next((each for each in self.properties if each.lower() == name.lower()), None)

    def parameters(self, method, direction):
        found = [each for each in self.methods[method] if each.tag.startswith('PARAMETER') and self.marked(each, direction)]
        return sorted(found, key=lambda each: each.get('NAME').lower())


class Connection:
    """A namespace of the host."""

    def __init__(self, namespace):
        self.namespace = namespace
        self.schemas = {}

    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        return Class(self, name)

    def send(self, action, uri, keys, body, seconds=60.0, options=''):
        envelope = (
            '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="%s" xmlns:n="%s"'
            ' xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:b="http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd"'
            ' xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><s:Header><a:To>%s</a:To>'
            '<w:ResourceURI s:mustUnderstand="true">%s</w:ResourceURI>'
            '<a:ReplyTo><a:Address s:mustUnderstand="true">%s/role/anonymous</a:Address></a:ReplyTo>'
            '<a:Action s:mustUnderstand="true">%s</a:Action><w:MaxEnvelopeSize s:mustUnderstand="true">512000</w:MaxEnvelopeSize>'
            '<a:MessageID>uuid:%s</a:MessageID><w:OptionSet>%s<w:Option Name="msftwinrm:UsePreciseArrays">true</w:Option></w:OptionSet>'
            '%s<w:OperationTimeout>PT%.3fS</w:OperationTimeout></s:Header><s:Body>%s</s:Body></s:Envelope>'
            % (ADDRESSING, ENUMERATION, _server['url'], escape(uri), ADDRESSING, action, uuid.uuid4(), options,
               selectors({'__cimnamespace': self.namespace, **keys}), seconds, body))
        reply = _server['session'].post(_server['url'], data=envelope.encode('utf-8'), timeout=seconds + 30,
                                        headers={'Content-Type': 'application/soap+xml;charset=UTF-8'})
        if reply.status_code not in (200, 500):
            raise exceptions.x_wmi('HTTP %d' % reply.status_code, ComError(WBEM_E_FAILED, reply.text))
        answer = find(ET.fromstring(reply.content), 'Body')
        if reply.status_code == 500:
            raise fault(answer)
        return answer

    def schema(self, name):
        if name.lower() not in self.schemas:
            options = ''.join('<w:Option Name="%s">true</w:Option>' % each
                              for each in ('IncludeInheritedElements', 'IncludeQualifiers', 'IncludeClassOrigin'))
            answer = self.send(TRANSFER + '/Get', CLASSES, {'ClassName': name}, '', options=options)
            self.schemas[name.lower()] = Schema(find(answer, 'CLASS'))
        return self.schemas[name.lower()]

    def enumerate(self, filter_element, class_name=None):
        body = '<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>100</w:MaxElements>%s</n:Enumerate>' % filter_element
        answer = self.send(ENUMERATION + '/Enumerate', ALL, {}, body)
        found = []
        while True:
            items = find(answer, 'Items')
            found.extend([] if items is None else [self.item(each, class_name) for each in items])
            context = text_of(answer, 'EnumerationContext')
            if context == '':
                return found
            answer = self.pull(context, 100)

    def item(self, element, class_name):
        # Of a query that names properties only they come, and without their class.
        return self.instance(element, class_name if local(element) == 'XmlFragment' else None)

    def pull(self, context, most, seconds=60.0):
        body = ('<n:Pull><n:EnumerationContext>%s</n:EnumerationContext><n:MaxElements>%d</n:MaxElements></n:Pull>'
                % (escape(context), most))
        return self.send(ENUMERATION + '/Pull', ALL, {}, body, seconds)

    def query(self, wql):
        """As WMI does, keys come with the properties that a query names."""
        named = re.match(r'\s*select\s+([\w\s,]+?)\s+from\s+(\w+)(.*)', wql, re.I | re.S)
        if named is None:
            return self.enumerate('<w:Filter Dialect="%s">%s</w:Filter>' % (WQL, escape(wql)))
        names, class_name, rest = named.groups()
        wanted = [each.strip() for each in names.split(',')]
        keys = [each for each in self.schema(class_name).keys if each.lower() not in map(str.lower, wanted)]
        text = 'SELECT %s FROM %s%s' % (', '.join(wanted + keys), class_name, rest)
        return self.enumerate('<w:Filter Dialect="%s">%s</w:Filter>' % (WQL, escape(text)), class_name)

    def get(self, path):
        return self.instance(self.send(TRANSFER + '/Get', SCHEMA + path.Class, path.keys, '')[0])

    def watch_for(self, raw_wql, fields=()):
        return Watcher(self, raw_wql)

    def value(self, element, declared):
        """A value by the type of its declaration."""
        if element.get(XSI + 'nil') == 'true':
            return None
        if Schema.is_reference(declared):
            return path_in(element)
        kind = declared.get('TYPE')
        if kind == 'datetime':
            return cim_time(element[0] if len(element) else element)
        if len(element):
            return self.instance(element, element.get(XSI + 'type', local(element)).rsplit(':', 1)[-1].replace('_Type', ''))
        text = element.text or ''
        if kind == 'boolean':
            return text.lower() == 'true'
        if kind in ('string', 'char16'):
            return text
        return float(text) if kind.startswith('real') else int(text)

    def values(self, element, declarations):
        """Values of the children, arrays as tuples, by the name of their declaration."""
        declared = {each.get('NAME').lower(): each for each in declarations}
        found = {}
        for each in element:
            declaration = declared.get(local(each).lower())
            if declaration is None:
                continue
            value = self.value(each, declaration)
            name = declaration.get('NAME')
            if not Schema.is_array(declaration):
                found[name] = value
            elif value is not None:
                found[name] = (*(found.get(name) or ()), value)
        return found

    def instance(self, element, class_name=None):
        schema = self.schema(class_name or local(element))
        return Instance(self, schema, self.values(element, schema.properties.values()))


class Class:
    """`conn.Msvm_X`: called, it is a query."""

    def __init__(self, connection, name):
        self._connection = connection
        self._name = name

    def __call__(self, fields=None, **where):
        conditions = ["%s = '%s'" % (name, str(value).replace('\\', '\\\\').replace("'", "\\'"))
                      for name, value in where.items()]
        wql = 'SELECT %s FROM %s' % (', '.join(fields) if fields else '*', self._name)
        return self._connection.query(wql + (' WHERE ' + ' AND '.join(conditions) if conditions else ''))

    def new(self):
        return Instance(self._connection, self._connection.schema(self._name), {})

    def watch_for(self, raw_wql, fields=()):
        return self._connection.watch_for(raw_wql, fields)


class Instance:
    """An object; its properties and methods are attributes, in any case."""

    def __init__(self, connection, schema, values):
        self.__dict__.update(_connection=connection, _schema=schema, _values=values)

    def __getattr__(self, name):
        spelled = self._schema.spelled(name)
        if spelled is not None:
            value = self._values.get(spelled)
            return WMI(str(value)) if isinstance(value, Path) else value
        if name.lower() in self._schema.methods:
            return lambda *args, **kwargs: self._invoke(name, args, kwargs)
        raise AttributeError(name)

    def __setattr__(self, name, value):
        spelled = self._schema.spelled(name)
        if spelled is None:
            raise AttributeError(name)
        self._values[spelled] = value

    def __str__(self):
        return self.path_()

    def set(self, **values):
        for name, value in values.items():
            setattr(self, name, value)

    def path(self):
        path = Path(self._connection.namespace + ':' + self._schema.name)
        path.keys = {name: str(self._values.get(name)) for name in self._schema.keys}
        return path

    def path_(self):
        return str(self.path())

    def associators(self, wmi_association_class='', wmi_result_class=''):
        ends = [('AssociationClassName', wmi_association_class), ('ResultClassName', wmi_result_class)]
        names = ''.join('<b:%s>%s</b:%s>' % (name, value, name) for name, value in ends if value)
        return self._connection.enumerate(
            '<w:Filter Dialect="%s"><b:AssociatedInstances><b:Object><a:EndpointReference>%s</a:EndpointReference></b:Object>%s'
            '</b:AssociatedInstances></w:Filter>' % (ASSOCIATIONS, self.path().endpoint, names))

    def GetText_(self, _format):
        """WmiDtd20: all properties, those of the system too, with where they come from."""
        own = self._schema.name
        system = [('__PATH', self.path_()), ('__NAMESPACE', self._connection.namespace.replace('/', '\\')),
                  ('__SERVER', _server['name']), ('__CLASS', own)]
        parts = ['<PROPERTY NAME="%s" CLASSORIGIN="___SYSTEM" TYPE="string"><VALUE>%s</VALUE></PROPERTY>' % (name, escape(value))
                 for name, value in system]
        for name, declared in self._schema.properties.items():
            origin = declared.get('CLASSORIGIN', own)
            head = 'NAME="%s" CLASSORIGIN="%s"%s' % (name, origin, '' if origin == own else ' PROPAGATED="true"')
            parts.append(self._printed(head, declared, self._values.get(name)))
        return '<INSTANCE CLASSNAME=%s>%s</INSTANCE>' % (quoteattr(own), ''.join(parts))

    @staticmethod
    def _printed(head, declared, value):
        def one(item):
            return '<VALUE>%s</VALUE>' % escape(str(item).upper() if isinstance(item, bool) else str(item))
        if Schema.is_reference(declared):
            return '<PROPERTY.REFERENCE %s></PROPERTY.REFERENCE>' % head
        kind = declared.get('TYPE')
        if Schema.is_array(declared):
            items = '' if value is None else '<VALUE.ARRAY>%s</VALUE.ARRAY>' % ''.join(map(one, value))
            return '<PROPERTY.ARRAY %s TYPE="%s">%s</PROPERTY.ARRAY>' % (head, kind, items)
        return '<PROPERTY %s TYPE="%s">%s</PROPERTY>' % (head, kind, '' if value is None else one(value))

    def _invoke(self, method, args, kwargs):
        """The out parameters and the return value, by the alphabet; references as text."""
        declaration = self._schema.methods[method.lower()]
        inputs = self._schema.parameters(method.lower(), 'in')
        given = {**dict(zip((each.get('NAME') for each in inputs), args)), **kwargs}
        references = {each.get('NAME') for each in inputs if Schema.is_reference(each)}

        def one(name, value):
            if value is None:
                return '<p:%s i:nil="true"/>' % name
            text = Path(value).endpoint if name in references else escape(str(value).lower() if isinstance(value, bool) else str(value))
            return '<p:%s>%s</p:%s>' % (name, text, name)
        body = ''.join(one(name, item) for name, value in given.items()
                       for item in (value if isinstance(value, (list, tuple)) else [value]))
        path = self.path()
        uri, name = SCHEMA + path.Class, declaration.get('NAME')
        answer = self._connection.send('%s/%s' % (uri, name), uri, path.keys,
                                       '<p:%s_INPUT xmlns:p="%s">%s</p:%s_INPUT>' % (name, uri, body, name))
        outputs = self._schema.parameters(method.lower(), 'out')
        returned = ET.Element('PROPERTY', {'NAME': 'ReturnValue', 'TYPE': declaration.get('TYPE') or 'uint32'})
        values = self._connection.values(answer[0], [*outputs, returned])

        def told(value):
            if isinstance(value, tuple):
                return tuple(map(told, value))
            return str(value) if isinstance(value, Path) else value
        names = sorted([each.get('NAME') for each in outputs] + ['ReturnValue'], key=str.lower)
        return tuple(told(values.get(each)) for each in names)


class Watcher:
    """Events of a query, one by one; called with the milliseconds that it may take."""

    def __init__(self, connection, wql):
        self._connection = connection
        self._events = []
        answer = connection.send(
            EVENTING + '/Subscribe', ALL, {},
            '<e:Subscribe xmlns:e="%s"><e:Delivery Mode="http://schemas.dmtf.org/wbem/wsman/1/wsman/Pull"/>'
            '<e:Expires>PT600.000S</e:Expires><w:Filter Dialect="%s">%s</w:Filter></e:Subscribe>' % (EVENTING, WQL, escape(wql)))
        self._context = text_of(answer, 'EnumerationContext')

    def __call__(self, timeout_ms=-1):
        if not self._events:
            answer = self._connection.pull(self._context, 20, 60.0 if timeout_ms < 0 else timeout_ms / 1000)
            self._context = text_of(answer, 'EnumerationContext')
            self._events = [find(each, 'TargetInstance') for each in find(answer, 'Items')]
            if not self._events:
                raise exceptions.x_wmi_timed_out('no event', ComError(WBEM_E_FAILED, 'no event'))
        target = self._events.pop(0)
        return self._connection.value(target, ET.Element('PROPERTY', {'TYPE': 'string'}))


_connections = {}


def WMI(moniker='root/cimv2', **_options):
    """A namespace, or the object that the moniker names."""
    path = Path(moniker)
    connection = _connections.setdefault(path.namespace, Connection(path.namespace))
    return connection if path.Class is None else connection.get(path)
