// Runs the program `bypath` in a folder of its own, so that no test sees a person's runs or settings.
#pragma once

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStringList>
#include <QTemporaryDir>
#include <QtTest>

struct ProgramOutcome {
  int code = -1;
  QByteArray out;
  QByteArray err;

  QList<QJsonObject> jsonLines() const {
    QList<QJsonObject> objects;
    for (const QByteArray& line : out.split('\n'))
      if (!line.isEmpty()) objects << QJsonDocument::fromJson(line).object();
    return objects;
  }
};

class Program {
 public:
  QString path(const QString& name) const { return folder_.filePath(name); }
  void setVariable(const QString& name, const QString& value) { environment_.insert(name, value); }
  QProcessEnvironment environment() const {
    QProcessEnvironment e = environment_;
    e.insert("XDG_DATA_HOME", folder_.filePath("data-home"));
    e.insert("XDG_CACHE_HOME", folder_.filePath("cache-home"));
    return e;
  }

  ProgramOutcome run(const QStringList& arguments) const {
    QProcess process;
    process.setProcessEnvironment(environment());
    process.setWorkingDirectory(folder_.path());
    process.start(BYPATH_PROGRAM, arguments);
    if (!process.waitForFinished(240000)) {
      process.kill();
      process.waitForFinished();
      return {-1, process.readAllStandardOutput(), "timed out"};
    }
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -2,
            process.readAllStandardOutput(), process.readAllStandardError()};
  }

 private:
  QTemporaryDir folder_;
  QProcessEnvironment environment_ = QProcessEnvironment::systemEnvironment();
};

inline QByteArray contents(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("<missing>");
}

// A network and data small enough to train in a second.
inline const QStringList tinyRun = {
    "--set", "width=4",   "--set", "limit_train=512", "--set", "limit_validation=128", "--batch",
    "32",    "--threads", "2"};

inline void verifyKeys(const QJsonObject& object, const QStringList& keys) {
  for (const QString& key : keys)
    QVERIFY2(object.contains(key), qPrintable("no " + key + " in " + QJsonDocument(object).toJson()));
}
