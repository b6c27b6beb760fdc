import type { EndingCode } from '@seqr-ups/contract';
import { Icon } from '../../design/icon.tsx';
import { installation } from '../installation.ts';
import { TEXT } from '../text.ts';
import { LinkTo } from './screen.tsx';

/** The way to play money, for a sandbox's customer who had too little. */
export function TopUpLink({ code }: { readonly code: EndingCode | undefined }) {
  if (code !== 'INSUFFICIENT_FUNDS' || installation.value?.sandbox !== true) return null;
  return (
    <LinkTo to={{ screen: 'TOPUP' }} class="button" kind="primary">
      <Icon name="plus" />
      {TEXT.after.topUp.title}
    </LinkTo>
  );
}
