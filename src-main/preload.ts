/** The only bridge into the page: two ways to ask, one to hear. */
import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from 'electron'
import type { Bridge } from './bridge.ts'

const bridge: Bridge = {
  platform: process.platform,
  call: (name, input) => ipcRenderer.invoke('call', name, input) as ReturnType<Bridge['call']>,
  desktop: (name, input) => ipcRenderer.invoke('desktop', name, input) as ReturnType<Bridge['desktop']>,
  pathOf: (file) => webUtils.getPathForFile(file),
  onEvents: (listener) => {
    const hear = (_: IpcRendererEvent, bundle: string) => listener(bundle)
    ipcRenderer.on('events', hear)
    return () => ipcRenderer.off('events', hear)
  },
  onOpen: (listener) => {
    const hear = (_: IpcRendererEvent, path: string) => listener(path)
    ipcRenderer.on('open', hear)
    return () => ipcRenderer.off('open', hear)
  },
  onMenu: (listener) => {
    const hear = (_: IpcRendererEvent, item: string) => listener(item)
    ipcRenderer.on('menu', hear)
    return () => ipcRenderer.off('menu', hear)
  }
}
contextBridge.exposeInMainWorld('backlot', bridge)
