export { default } from '../i18n/hu/widget.json'
