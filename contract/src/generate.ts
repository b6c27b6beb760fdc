/** The committed files that follow from the declarations. Tools write them and prove them fresh. */

import { referencePages } from './reference.ts';
import {
  clientSessionInfoWsdl,
  SESSION_WSDL_DEFAULT_ADDRESS,
  wsdl,
  WSDL_DEFAULT_ADDRESS,
  xsd,
} from './wsdl.ts';

/** Text of every generated file by its path from the root of the repository. */
export const generated = (): Map<string, string> => {
  const files = new Map([
    ['contract/merchant.wsdl', wsdl(WSDL_DEFAULT_ADDRESS)],
    ['contract/merchant.xsd', xsd()],
    ['contract/client-session-info.wsdl', clientSessionInfoWsdl(SESSION_WSDL_DEFAULT_ADDRESS)],
  ]);
  for (const [name, text] of referencePages()) files.set(`docs/merchant-api/${name}`, text);
  return files;
};
