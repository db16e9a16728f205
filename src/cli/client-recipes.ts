/** Where a client is to log in. */
export interface LoginPlace {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly user: string;
}

const NTLM_NOTE = 'on the host, once: vsms user set NAME --ntlm';

/** Ready configuration for clients of others; the password is left to the reader. docs/clients.md tells more. */
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
  libvirt: ({ host, port, tls, user }) =>
    `virsh --connect 'hyperv://${user}@${host}:${port}/?transport=${tls ? 'https' : 'http'}' list --all`,
  openwsman: ({ host, port, tls, user }) =>
    `wsman enumerate --hostname ${host} --port ${port} --username ${user} --password PASSWORD ${tls ? '--cacert vsms.pem ' : ''}\\
  --auth basic 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/Msvm_ComputerSystem'`,
  ansible: ({ host, port, tls, user }) =>
    `[hyperv]
${host}

[hyperv:vars]
ansible_connection=winrm
ansible_port=${port}
ansible_winrm_scheme=${tls ? 'https' : 'http'}
ansible_winrm_transport=${tls ? 'basic' : 'ntlm'}
ansible_user=${user}`,
  curl: ({ host, port, tls, user }) =>
    `curl ${tls ? '--cacert vsms.pem ' : ''}--user '${user}' --header 'Content-Type: application/soap+xml;charset=UTF-8' \\
  --data @identify.xml ${tls ? 'https' : 'http'}://${host}:${port}/wsman`,
};
