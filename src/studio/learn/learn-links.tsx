import { BookOpen, CircleAlert, Hammer, type IconNode, Sprout, Waypoints } from 'lucide';
import { Icon } from '../elements/icon.tsx';

interface LearnLink {
  readonly href: string;
  readonly title: string;
  readonly text: string;
  readonly icon: IconNode;
}

const LINKS: readonly LearnLink[] = [
  {
    href: '/learn/hello-world',
    title: 'Hello, world',
    text: 'Your first site in six steps, and what just happened.',
    icon: Sprout,
  },
  {
    href: '/learn/build-a-site',
    title: 'Build a site',
    text: 'Routes, a template, a database and sessions, step by step.',
    icon: Hammer,
  },
  {
    href: '/learn/inner-workings',
    title: 'Inner workings',
    text: 'The way of a request, and who sees what.',
    icon: Waypoints,
  },
  {
    href: '/learn/dynamic-sites',
    title: 'The guide',
    text: 'All that a site’s own code can do, to look things up.',
    icon: BookOpen,
  },
];

/** Needed only by those who have met one. */
const ERRORS: LearnLink = {
  href: '/learn/errors',
  title: 'What errors mean',
  text: 'The mistakes that everybody makes, and what you are told.',
  icon: CircleAlert,
};

/** All pages to learn from, as cards. @param all also those that one needs only now and then */
export function LearnLinks({ all = false }: { readonly all?: boolean }) {
  return (
    <ul class="learn-links">
      {[...LINKS, ...(all ? [ERRORS] : [])].map(({ href, title, text, icon }) => (
        <li key={href} class="card">
          <Icon node={icon} size={22} />
          <a href={href}>{title}</a>
          <p>{text}</p>
        </li>
      ))}
    </ul>
  );
}
