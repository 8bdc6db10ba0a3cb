// What other threads leave for the one that runs an io_context.
//
// Asio's post() wakes that thread while it holds a lock that the woken thread needs first. Where
// the woken one has the core at once (kShortTurns) it runs into that lock, sleeps, and has lost its
// turn: on a busy machine the first route of a table waited for 2 to 3 ms. Here the lock is free
// again when the thread is woken.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

namespace dx::thread {

class Mailbox {
public:
    // For the thread that runs `context`, which outlives this and stays busy with it. Whoever posts
    // ends before this does. Throws std::system_error without a descriptor.
    explicit Mailbox(boost::asio::io_context& context);

    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;

    // From any thread: runs work() on that one, in the order of the calls, with a turn of the
    // context's other handlers in between.
    template <class Work>
    void post(Work work) {
        leave(std::make_unique<LetterOf<Work>>(std::move(work)));
    }

private:
    struct Letter {
        virtual ~Letter() = default;
        virtual void read() = 0;
    };

    template <class Work>
    struct LetterOf : Letter {
        explicit LetterOf(Work its_work) : work(std::move(its_work)) {}

        void read() override { work(); }

        Work work;
    };

    using Letters = std::deque<std::unique_ptr<Letter>>;

    void leave(std::unique_ptr<Letter> letter);
    void await();
    void take();
    void read_next();

    boost::asio::io_context& context_;
    boost::asio::posix::stream_descriptor bell_;  // an eventfd, rung when there is a first letter
    std::mutex mutex_;
    Letters left_;   // guarded by mutex_
    Letters taken_;  // the reader's
};

}  // namespace dx::thread
