#include "gui/document/own_blocks.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>

#include "core/base/atomic_file.h"
#include "core/network/edit.h"
#include "core/network/project_file.h"

namespace bypath {

namespace {

constexpr char suffix[] = ".bypath";

std::filesystem::path native(const QString& path) {
  return QFile::encodeName(path).toStdString();
}

}  // namespace

QString OwnBlocks::pathOf(const QString& name) const {
  return folder_ + '/' + name + QLatin1String(suffix);
}

QStringList OwnBlocks::names() const {
  QStringList names;
  for (const QFileInfo& file : QDir(folder_).entryInfoList({QLatin1Char('*') + QLatin1String(suffix)},
                                                           QDir::Files | QDir::Readable, QDir::Name))
    if (nameProblem(file.completeBaseName().toStdString()).empty()) names << file.completeBaseName();
  return names;
}

Result<QString> OwnBlocks::text(const QString& name) const {
  if (!names().contains(name))
    return Error{ErrorKind::data,
                 tr("There is no block named '%1' in the palette any more.").arg(name).toStdString()};
  const Result<Project> piece = readProject(native(pathOf(name)));
  if (!piece) return piece.error();
  return QString::fromStdString(projectText(*piece));
}

Result<void> OwnBlocks::save(const QString& name, const QString& text) {
  if (const std::string problem = nameProblem(name.toStdString()); !problem.empty())
    return Error{ErrorKind::data, problem};
  if (!QDir().mkpath(folder_))
    return Error{ErrorKind::io, tr("The folder %1 cannot be made.").arg(folder_).toStdString()};
  if (Result<void> written = writeFileAtomically(native(pathOf(name)), text.toStdString()); !written)
    return written;
  Q_EMIT changed();
  return {};
}

Result<void> OwnBlocks::remove(const QString& name) {
  if (!names().contains(name) || !QFile::remove(pathOf(name)))
    return Error{ErrorKind::io, tr("The block '%1' could not be removed.").arg(name).toStdString()};
  Q_EMIT changed();
  return {};
}

OwnBlocks& ownBlocks() {
  static OwnBlocks blocks(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) +
                          QStringLiteral("/blocks"));
  return blocks;
}

}  // namespace bypath
