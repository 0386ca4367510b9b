/** Sockets of a task that listen: an address is known when a socket is bound to it, before it listens. */
export class Sockets {
  private readonly addresses = new Map<string, string>()
  private readonly listening = new Set<string>()

  bound(socket: string, address: string): void {
    this.addresses.set(socket, address)
  }

  listens(socket: string): void {
    this.listening.add(socket)
  }

  /** Addresses that are listened at; of a socket without one its own name. */
  heardAt(): string[] {
    return [...this.listening].map((socket) => this.addresses.get(socket) ?? socket)
  }
}
