// The theme of VitePress, with the window's colours; a screenshot has a picture for each of the two schemes.
import theme from 'vitepress/theme'
import './backlot.css'

export default theme
