// One attempt to connect to a neighbor.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/result.hpp>

#include "libbgp/session/settings.hpp"

namespace dx::bgp {

// A socket that is connected and has all its options (socket_options.hpp), or why there is none, in
// words for people. Never called from within dial().
using DialResult = boost::system::result<boost::asio::ip::tcp::socket, std::string>;
using DialDone = std::function<void(DialResult)>;

class DialAttempt;

// Destroying or dropping the attempt cancels it: `done` is then not called.
std::shared_ptr<DialAttempt> dial(const boost::asio::any_io_executor& executor,
                                  const NeighborSettings& settings, DialDone done);

}  // namespace dx::bgp
