#include "libfib/thread/mailbox.hpp"

#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>

#include "tests/support/catch.hpp"

using dx::thread::Mailbox;

TEST_CASE("letters of each thread are read in their order, by the thread that runs the context") {
    constexpr int kLetters = 20000;
    boost::asio::io_context context(1);
    Mailbox mailbox(context);
    std::vector<int> read[2];
    int ended = 0;
    const auto write = [&](int writer) {
        for (int i = 0; i < kLetters; ++i)
            mailbox.post([&, writer, i] { read[writer].push_back(i); });
        mailbox.post([&] {
            if (++ended == 2) context.stop();
        });
    };
    std::jthread first([&] { write(0); });
    std::jthread second([&] { write(1); });
    context.run();
    for (const auto& letters : read) {
        REQUIRE(letters.size() == kLetters);
        for (int i = 0; i < kLetters; ++i)
            if (letters[static_cast<std::size_t>(i)] != i) FAIL("not in order: " << i);
    }
}

TEST_CASE("a letter may be what cannot be copied, and may leave another") {
    boost::asio::io_context context(1);
    Mailbox mailbox(context);
    int read = 0;
    mailbox.post([&, what = std::make_unique<int>(7)] {
        read = *what;
        mailbox.post([&] {
            ++read;
            context.stop();
        });
    });
    context.run();
    CHECK(read == 8);
}

TEST_CASE("others have their turn between two letters") {
    boost::asio::io_context context(1);
    Mailbox mailbox(context);
    std::vector<char> order;
    mailbox.post([&] {
        order.push_back('1');
        boost::asio::post(context, [&] { order.push_back('x'); });
    });
    for (const char name : {'2', '3'})
        mailbox.post([&, name] { order.push_back(name); });
    mailbox.post([&] { context.stop(); });
    context.run();
    CHECK(order == std::vector<char>{'1', '2', 'x', '3'});
}

TEST_CASE("what is not read any more is let go with the mailbox") {
    const auto held = std::make_shared<int>(1);
    {
        boost::asio::io_context context(1);
        Mailbox mailbox(context);
        mailbox.post([&] { context.stop(); });
        mailbox.post([held] {});
        context.run();
        CHECK(held.use_count() == 2);
    }
    CHECK(held.use_count() == 1);
}
