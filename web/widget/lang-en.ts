export { default } from '../i18n/en/widget.json'
