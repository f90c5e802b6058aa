/* Byte streams: pipes, a Unix stream socket, TCP over loopback. */
#include "transport.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

/* By channel: where it is read, where it is written. */
static int reads[2], writes[2];

static void open_pipes(void) {
  for (int channel = 0; channel < 2; channel++) {
    int ends[2];
    if (pipe(ends)) fail("pipe");
    reads[channel] = ends[0];
    writes[channel] = ends[1];
  }
}

static void use_sockets(int caller, int callee) {
  writes[REQUEST] = reads[REPLY] = caller;
  reads[REQUEST] = writes[REPLY] = callee;
}

static void open_unix_stream(void) {
  int ends[2], room = 1 << 20;
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends)) fail("socketpair");
  for (int i = 0; i < 2; i++) setsockopt(ends[i], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  use_sockets(ends[0], ends[1]);
}

static void open_tcp(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) || listen(listener, 1) ||
      getsockname(listener, (struct sockaddr *)&address, &length))
    fail("listen on 127.0.0.1");
  int caller = socket(AF_INET, SOCK_STREAM, 0);
  if (caller < 0 || connect(caller, (struct sockaddr *)&address, length)) fail("connect");
  int callee = accept(listener, NULL, NULL);
  if (callee < 0) fail("accept");
  close(listener);
  setsockopt(caller, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  setsockopt(callee, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  use_sockets(caller, callee);
}

static void shut_pipes(void) {
  for (int channel = 0; channel < 2; channel++) close(reads[channel]), close(writes[channel]);
}
static void shut_sockets(void) { close(reads[REPLY]), close(reads[REQUEST]); }

static void send_stream(enum channel channel, const unsigned char *message, size_t size) {
  while (size > 0) {
    ssize_t sent = write(writes[channel], message, size);
    if (sent <= 0) fail("write");
    message += sent, size -= (size_t)sent;
  }
}
static void receive_stream(enum channel channel, unsigned char *message, size_t size) {
  while (size > 0) {
    ssize_t got = read(reads[channel], message, size);
    if (got <= 0) fail("read");
    message += got, size -= (size_t)got;
  }
}

const struct transport pipe_transport = {"pipe", 1, open_pipes, shut_pipes, send_stream, receive_stream};
const struct transport unix_stream_transport = {"unix-stream", 1, open_unix_stream,
                                                shut_sockets,  send_stream, receive_stream};
const struct transport tcp_transport = {"tcp", 1, open_tcp, shut_sockets, send_stream, receive_stream};
