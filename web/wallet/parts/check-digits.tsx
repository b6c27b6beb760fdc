import { TEXT } from '../text.ts';

/** The digits that two phones show, for their owner to compare; read out one by one. */
export function CheckDigits({ digits }: { readonly digits: string }) {
  const spelled = TEXT.security.wait.spelled(digits.split('').join(' '));
  return (
    <p class="check-digits figures" role="img" aria-label={spelled}>
      {digits.split('').map((digit, index) => (
        <span key={index} aria-hidden="true">
          {digit}
        </span>
      ))}
    </p>
  );
}
