// A value, or a sentence that says what went wrong and what to do about it.
//
//   Result<Shape> shape = parseShape(text);
//   if (!shape) return shape.error();
//   use(*shape);
//
// An expected failure (a bad file, an impossible shape) is a Result; an exception is exceptional; an assert
// is our own bug.
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace bypath {

// The numbers are the exit codes of the command line.
enum class ErrorKind { usage = 2, data = 3, diverged = 4, resources = 5, io = 6, interrupted = 130 };

struct Error {
  ErrorKind kind = ErrorKind::data;
  std::string message;  // one sentence: what is wrong, where, and what to do

  bool operator==(const Error&) const = default;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : content_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return content_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& value() {
    assert(ok());
    return *std::get_if<0>(&content_);
  }
  const T& value() const {
    assert(ok());
    return *std::get_if<0>(&content_);
  }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Error& error() const {
    assert(!ok());
    return *std::get_if<1>(&content_);
  }

 private:
  std::variant<T, Error> content_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return ok_; }
  explicit operator bool() const { return ok_; }
  const Error& error() const {
    assert(!ok_);
    return error_;
  }

 private:
  Error error_;
  bool ok_ = true;
};

}  // namespace bypath
