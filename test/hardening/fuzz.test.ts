import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { EmbeddedError } from '../../src/cim/embedded/raw-instance.ts';
import { parseEmbedded } from '../../src/cim/embedded/parse-embedded.ts';
import { CimError } from '../../src/cim/errors.ts';
import { MofError } from '../../src/cim/mof/ast.ts';
import { parseMof, parseMofInstances } from '../../src/cim/mof/parser.ts';
import { parseQuery } from '../../src/cim/wql/parse-query.ts';
import { readRequest } from '../../src/wsman/envelope/request.ts';
import { openEnvelope } from '../../src/wsman/envelope/soap.ts';
import { WsmanFault } from '../../src/wsman/faults/fault.ts';
import { NAMESPACE, WORLD } from '../kit/cim-world.ts';
import { schemaOf } from '../kit/schema-builder.ts';
import { envelope, invoke } from './kit.ts';
import { fuzz } from '../kit/fuzz.ts';

/** `VSMS_FUZZ_RUNS` for more, `VSMS_FUZZ_SEED` for those of a failure, which prints it. */
const RUNS = fuzz(2000);

interface Language {
  /** Texts that are right; what is tried is made of their pieces. */
  readonly right: readonly string[];
  readonly pieces: RegExp;
  readonly read: (text: string) => unknown;
  readonly refusals: readonly (abstract new (...args: never[]) => Error)[];
}

const schema = schemaOf(NAMESPACE, WORLD);
/** What means something in none of them, or too much. */
const NASTY = [
  '',
  '\0',
  '\uFFFE',
  '\uD800',
  '&',
  '&#0;',
  '&#x110000;',
  ']]>',
  '<!DOCTYPE a [',
  '__proto__',
  '9'.repeat(400),
  '('.repeat(300),
  '%'.repeat(300),
];
const XML = /<[^>]*>|[^<]+/g;
const WORDS = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\w+|\s+|[^\w\s]/g;

const LANGUAGES: Readonly<Record<string, Language>> = {
  WQL: {
    right: [
      "SELECT * FROM Msvm_ComputerSystem WHERE Name = 'a' AND (EnabledState <> 2 OR NOT ElementName LIKE '[a-f]%_\\\\') AND Caption IS NOT NULL",
      "SELECT Name, Caption FROM __InstanceModificationEvent WITHIN 1.5 WHERE TargetInstance ISA 'CIM_Job' AND PreviousInstance.JobState = TargetInstance.JobState GROUP WITHIN 2 BY TargetInstance.Name HAVING NumberOfEvents > 3",
      'ASSOCIATORS OF {Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="x"} WHERE AssocClass = A ResultClass = B ResultRole = R RequiredQualifier = Q KeysOnly',
    ],
    pieces: WORDS,
    read: parseQuery,
    refusals: [CimError],
  },
  MOF: {
    right: [
      '#pragma namespace("root")\n[Abstract, Description("a" "b")] class A : B { [Key] uint32 C = 1; string D[] = {"x", NULL}; [Implemented] uint32 E([In] A ref F, [Out] sint8 G[4]); };',
      'Qualifier Q : string[] = {"a"}, Scope(class, property), Flavor(DisableOverride);',
    ],
    pieces: WORDS,
    read: parseMof,
    refusals: [MofError],
  },
  'instances in MOF': {
    right: [
      'instance of A as $a { B = 1; C = "x"; D = {TRUE, FALSE}; E = instance of F { G = \'c\'; H = -0x10; I = 1.5e3; }; };',
    ],
    pieces: WORDS,
    read: parseMofInstances,
    refusals: [MofError],
  },
  'embedded instances': {
    right: [
      '<INSTANCE CLASSNAME="Test_DeviceSetting"><QUALIFIER NAME="q" TYPE="string"><VALUE>x</VALUE></QUALIFIER><PROPERTY NAME="ResourceType" TYPE="uint16"><VALUE>31</VALUE></PROPERTY><PROPERTY.ARRAY NAME="HostResource" TYPE="string"><VALUE.ARRAY><VALUE>a</VALUE><VALUE.NULL/></VALUE.ARRAY></PROPERTY.ARRAY><PROPERTY NAME="Limit" TYPE="uint64"><VALUE>18446744073709551615</VALUE></PROPERTY></INSTANCE>',
      'instance of Test_DeviceSetting { ResourceType = 31; HostResource = {"a", "b"}; };',
    ],
    pieces: XML,
    read: (text) => parseEmbedded(text, schema),
    refusals: [EmbeddedError],
  },
  SOAP: {
    right: [
      invoke('Msvm_VirtualSystemManagementService', 'DefineSystem', '<p:SystemSettings>a</p:SystemSettings>'),
      envelope(
        'http://schemas.xmlsoap.org/ws/2004/09/enumeration/Pull',
        'Msvm_ComputerSystem',
        '<n:Pull><n:EnumerationContext>a</n:EnumerationContext><n:MaxElements>10</n:MaxElements></n:Pull>',
        '<w:SelectorSet><w:Selector Name="a">b</w:Selector></w:SelectorSet><w:OptionSet><w:Option Name="o">v</w:Option></w:OptionSet><w:MaxEnvelopeSize>512000</w:MaxEnvelopeSize><w:OperationTimeout>PT60.5S</w:OperationTimeout>',
      ),
    ],
    pieces: XML,
    read: (text) => readRequest(openEnvelope(Buffer.from(text), 'application/soap+xml;charset=UTF-8')),
    refusals: [WsmanFault],
  },
};

/** Pieces of right texts, some taken away, doubled, exchanged, or put where others were. */
const mutated = ({ right, pieces }: Language): fc.Arbitrary<string> => {
  const all = right.map((text) => text.match(pieces) ?? []);
  const stock = [...new Set([...all.flat(), ...NASTY])];
  const change = fc.record({
    kind: fc.constantFrom('delete', 'double', 'replace', 'insert', 'swap', 'cut', 'nest'),
    at: fc.nat(1000),
    other: fc.nat(1000),
    piece: fc.constantFrom(...stock),
  });
  return fc.tuple(fc.constantFrom(...all), fc.array(change, { minLength: 1, maxLength: 6 })).map(([start, changes]) => {
    const text = [...start];
    for (const { kind, at, other, piece } of changes) {
      const [i, j] = [at % (text.length + 1), other % (text.length + 1)];
      if (kind === 'delete') text.splice(i, 1 + (other % 3));
      else if (kind === 'double') text.splice(i, 0, ...text.slice(i, i + 1 + (other % 5)));
      else if (kind === 'replace') text.splice(i, 1, piece);
      else if (kind === 'insert') text.splice(i, 0, piece);
      else if (kind === 'swap') [text[i], text[j]] = [text[j] ?? '', text[i] ?? ''];
      else if (kind === 'cut') text.splice(i);
      else text.splice(i, 0, ...Array.from({ length: 1 + (other % 300) }, () => piece.slice(0, 40)));
    }
    return text.join('');
  });
};

describe('5, 6, 18 texts made of the pieces of right ones are read, or refused in the one way that their readers have', () => {
  for (const [name, language] of Object.entries(LANGUAGES)) {
    test(name, () => {
      for (const text of language.right) language.read(text);
      fc.assert(
        fc.property(mutated(language), (text) => {
          try {
            language.read(text);
          } catch (error) {
            const known = language.refusals.some((refusal) => error instanceof refusal);
            assert.ok(known, `${String(error)} ${(error as Error).stack ?? ''}`);
            assert.ok((error as Error).message.length < 5000, 'what is told is short');
          }
        }),
        RUNS,
      );
    });
  }
});
