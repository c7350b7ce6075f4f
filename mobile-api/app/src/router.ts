import { createRouter, createWebHashHistory } from 'vue-router';
import Calendar from './screens/Calendar.vue';
import Check from './screens/Check.vue';
import Near from './screens/Near.vue';
import Section from './screens/Section.vue';
import Settings from './screens/Settings.vue';
import Sync from './screens/Sync.vue';
import Visit from './screens/Visit.vue';
import Visits from './screens/Visits.vue';

export const router = createRouter({ history: createWebHashHistory(), routes: [
  { path: '/', component: Visits },
  { path: '/near', component: Near },
  { path: '/calendar', component: Calendar },
  { path: '/visit/:id(\\d+)', component: Visit },
  { path: '/section/:id(\\d+)', component: Section },
  { path: '/check/:id(\\d+)', component: Check },
  { path: '/sync', component: Sync },
  { path: '/settings', component: Settings },
  { path: '/:rest(.*)', redirect: '/' },
], scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 } });
