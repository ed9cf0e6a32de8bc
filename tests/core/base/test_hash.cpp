// SHA-256 against the examples of FIPS 180-4.
#include <QtTest>

#include "core/base/hash.h"

using namespace bypath;

class TestHash : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void knownAnswers();
};

void TestHash::knownAnswers() {
  QCOMPARE(sha256(""), std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
  QCOMPARE(sha256("abc"), std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
  QCOMPARE(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
           std::string("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));
  QCOMPARE(sha256(std::string(1'000'000, 'a')),
           std::string("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
  const std::byte bytes[] = {std::byte{'a'}, std::byte{'b'}, std::byte{'c'}};
  QCOMPARE(sha256(std::span<const std::byte>(bytes)), sha256("abc"));
}

QTEST_GUILESS_MAIN(TestHash)
#include "test_hash.moc"
