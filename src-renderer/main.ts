import { mount } from 'svelte'
import App from './App.svelte'
import './app.css'
import { defineStateColors } from './parts/states.ts'

const target = document.getElementById('app')
if (!target) throw new Error('index.html has no #app')
defineStateColors(document.documentElement)
export default mount(App, { target })
