import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon, type IconName } from '../../design/icon.tsx';
import { reachable } from '../api.ts';
import { follow, pathTo, type Route } from '../route.ts';
import { TEXT } from '../text.ts';

type ScreenProps = {
  readonly title: string;
  /** The heading, where it is more than the title's words. */
  readonly heading?: ComponentChildren;
  readonly back?: Route;
  readonly end?: ComponentChildren;
  /** The ids of what a screen reader says with the heading: what must be heard before acting. */
  readonly describedBy?: string;
  /** True where the body itself says that the network is gone. */
  readonly saysOffline?: boolean;
  /** Names the layout of the screen's body. */
  readonly layout: string;
  readonly children: ComponentChildren;
};

/**
 * The frame of every screen: a bar with the way back, one heading, the body. When the title changes
 * the heading takes the focus, so that a screen reader says where the customer is now.
 */
export function Screen(props: ScreenProps) {
  const { title, heading, back, end, describedBy, saysOffline = false, layout, children } = props;
  const headingRef = useRef<HTMLHeadingElement>(null);
  // Before the screen is painted: later it would take the focus from whoever was quick.
  useLayoutEffect(() => {
    document.title = `${title} – ${TEXT.product}`;
    // A heading that has the focus already would change its words unheard.
    headingRef.current?.blur();
    headingRef.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [title]);
  return (
    <div class="screen" data-layout={layout}>
      <header class="bar">
        {back === undefined ? null : (
          <LinkTo to={back} class="bar-control" label={TEXT.back}>
            <Icon name="back" />
          </LinkTo>
        )}
        <h1 ref={headingRef} tabIndex={-1} aria-describedby={describedBy}>
          {heading ?? title}
        </h1>
        {end}
      </header>
      {reachable.value || saysOffline ? null : (
        <div class="unreachable" role="status">
          <Icon name="offline" />
          <span>
            <strong>{TEXT.offline.title}.</strong> {TEXT.offline.read}
          </span>
        </div>
      )}
      <main class={`body body-${layout}`}>{children}</main>
    </div>
  );
}

type LinkProps = {
  readonly to: Route;
  readonly class?: string;
  /** Of a link that looks like a button. */
  readonly kind?: 'primary' | 'quiet';
  readonly label?: string;
  readonly children: ComponentChildren;
};

/** A link between screens: a real one, that changes the screen without a load. */
export function LinkTo({ to, label, children, kind, class: name }: LinkProps) {
  return (
    <a
      href={pathTo(to)}
      class={name}
      data-kind={kind}
      aria-label={label}
      onClick={(event) => {
        follow(event, to);
      }}
    >
      {children}
    </a>
  );
}

type NoticeProps = {
  readonly tone: 'bad' | 'wait' | 'good' | 'plain';
  readonly icon: IconName;
  readonly title?: string;
  readonly children?: ComponentChildren;
};

/** A short message; what is bad is said at once, other things when the reader pauses. */
export function Notice({ tone, icon, title, children }: NoticeProps) {
  return (
    <div class="notice" data-tone={tone} role={tone === 'bad' ? 'alert' : 'status'}>
      <Icon name={icon} />
      <div>
        {title === undefined ? null : <strong>{title}</strong>}
        {children}
      </div>
    </div>
  );
}
