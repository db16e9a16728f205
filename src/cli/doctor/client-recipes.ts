/** Where a client is to log in. */
export interface LoginPlace {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly user: string;
}

const NTLM_NOTE = 'on the host, once: vsms user set NAME --ntlm';

/** Beside a recipe that sends the password as it is, which the service refuses from other hosts unless it is told (K1). */
const clearNote = ({ tls }: LoginPlace): string =>
  tls
    ? ''
    : `# Basic over plain HTTP: works on the host itself, and from elsewhere only with allow_unencrypted = "always" there.
# Anybody on the way reads the password: rather use https, port 5986.
`;

/** Ready configuration for clients of others; the password is left to the reader. docs/clients.md shows and explains them. */
export const RECIPES: Readonly<Record<string, (place: LoginPlace) => string>> = {
  powershell: ({ host, port, tls, user }) =>
    tls
      ? `# the certificate must be trusted on this computer
$option = New-CimSessionOption -UseSsl
$session = New-CimSession -ComputerName ${host} -Port ${port} -SessionOption $option -Authentication Basic -Credential ${user}
Get-CimInstance -CimSession $session -Namespace root/virtualization/v2 -ClassName Msvm_ComputerSystem`
      : `# ${NTLM_NOTE}
winrm set winrm/config/client '@{TrustedHosts="${host}"}'
$session = New-CimSession -ComputerName ${host} -Port ${port} -Authentication Negotiate -Credential ${user}
Get-CimInstance -CimSession $session -Namespace root/virtualization/v2 -ClassName Msvm_ComputerSystem`,
  pywinrm: ({ host, port, tls, user }) =>
    tls
      ? `from winrm.protocol import Protocol
protocol = Protocol(endpoint='https://${host}:${port}/wsman', transport='basic', username='${user}', password=PASSWORD,
                    ca_trust_path='vsms.pem')`
      : `# ${NTLM_NOTE}
from winrm.protocol import Protocol
protocol = Protocol(endpoint='http://${host}:${port}/wsman', transport='ntlm', username='${user}', password=PASSWORD,
                    message_encryption='always')`,
  libvirt: (place) => {
    const { host, port, tls, user } = place;
    return `${clearNote(place)}virsh --connect 'hyperv://${user}@${host}:${port}/?transport=${tls ? 'https' : 'http'}' list --all`;
  },
  openwsman: (place) => {
    const { host, port, tls, user } = place;
    return `${clearNote(place)}wsman enumerate --hostname ${host} --port ${port} --username ${user} --password PASSWORD ${tls ? '--cacert vsms.pem ' : ''}\\
  --auth basic 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/Msvm_ComputerSystem'`;
  },
  // Not its connection winrm: that sends PowerShell, which only a Windows host runs.
  ansible: (place) => {
    const { host, port, tls, user } = place;
    return `${clearNote(place)}# VSMS_PASSWORD=... ansible-playbook machines.yaml
- hosts: localhost
  gather_facts: false
  tasks:
    - ansible.builtin.uri:
        url: ${tls ? 'https' : 'http'}://${host}:${port}/api/v1/vms
        url_username: ${user}
        url_password: "{{ lookup('ansible.builtin.env', 'VSMS_PASSWORD') }}"
        force_basic_auth: true${tls ? '\n        ca_path: vsms.pem' : ''}
      register: machines
    - ansible.builtin.debug:
        msg: "{{ machines.json['items'] | map(attribute='name') }}"`;
  },
  curl: (place) => {
    const { host, port, tls, user } = place;
    return `${clearNote(place)}curl ${tls ? '--cacert vsms.pem ' : ''}--user '${user}' --header 'Content-Type: application/soap+xml;charset=UTF-8' \\
  --data @identify.xml ${tls ? 'https' : 'http'}://${host}:${port}/wsman`;
  },
};
