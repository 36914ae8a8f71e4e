export { default } from '../i18n/pl/widget.json'
