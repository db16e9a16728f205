"""os-win of Debian, unchanged, against a service. Arguments: URL USER PASSWORD.

Each line of the input is a call, {"utils": "vmutils", "method": "create_vm", "args": [...], "kwargs": {...}}; each line of
the output is its answer, {"result": ...} or {"error": type, "message": text}.
"""
import inspect
import json
import sys
import types

from os_win.utils import baseutils
import wmi_over_wsman as wmi

# os-win speaks to WMI on Windows only; here it does so where its seam for unit tests is.
baseutils.sys = types.SimpleNamespace(platform='win32')
baseutils.wmi = wmi
wmi.connect_to(*sys.argv[1:4])

from os_win import utilsfactory  # noqa: E402 (makes a connection when it is imported)


class SecurityRule:
    """A rule as networking-hyperv hands it to os-win."""

    def __init__(self, values):
        self.__dict__.update(values)

    def to_dict(self):
        return {name: value for name, value in self.__dict__.items() if name != 'Weight'}

    def __eq__(self, other):
        # The object of a port has numbers as text and every property.
        return all(str(getattr(other, name)) == str(value) for name, value in self.to_dict().items())


def given(value):
    return [SecurityRule(each) for each in value['rules']] if isinstance(value, dict) and 'rules' in value else value


def plain(value):
    if isinstance(value, (list, tuple, set)) or inspect.isgenerator(value):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {str(name): plain(each) for name, each in value.items()}
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


made = {}
watchers = {}
for line in sys.stdin:
    call = json.loads(line)
    name, method = call['utils'], call['method']
    try:
        if name == 'watchers':
            event = watchers[call['args'][0]](call['args'][1])
            result = {each: plain(value) for each, value in event._values.items()}
        else:
            if name not in made:
                made[name] = getattr(utilsfactory, 'get_' + name)()
            result = getattr(made[name], method)(*map(given, call['args']), **call['kwargs'])
            if isinstance(result, wmi.Watcher):
                watchers[method] = result
        answer = {'result': plain(result)}
    except Exception as error:  # whatever os-win raises is the answer
        answer = {'error': type(error).__name__, 'message': str(error)}
    print(json.dumps(answer), flush=True)
