// Says in passing that something was done.

import { ElMessage } from 'element-plus/es/components/message/index';
import 'element-plus/es/components/message/style/css';

export const say = (text: string) =>
  ElMessage({ message: text, type: 'success', duration: 4000, showClose: true });
