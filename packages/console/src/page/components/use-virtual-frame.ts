import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Narrower than this, a row is a card. */
const CARD_BELOW_PX = 720;

/** What is scrolled of a `VirtualTable`: how large it is, and how far. */
export function useVirtualFrame() {
  const element = useRef<HTMLDivElement>(null);
  const head = useRef<HTMLDivElement>(null);
  const [scrollPx, setScrollPx] = useState(0);
  const [size, setSize] = useState({ viewPx: 0, isNarrow: false });
  useLayoutEffect(() => {
    const { current: frame } = element;
    if (frame === null) return;
    const measure = () => {
      const viewPx = Math.max(0, frame.clientHeight - (head.current?.offsetHeight ?? 0));
      setSize({ viewPx, isNarrow: frame.clientWidth < CARD_BELOW_PX });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(frame);
    return () => observer.disconnect();
  }, []);
  return {
    element,
    head,
    scrollPx,
    ...size,
    onScroll: () => setScrollPx(element.current?.scrollTop ?? 0),
    scrollTo: (top: number) => {
      if (element.current !== null) element.current.scrollTop = top;
    },
  };
}
