#include "gui/app/recovery.h"

#include <algorithm>
#include <QFileInfo>
#include <QLocale>

#include "gui/app/file_flow.h"
#include "gui/app/message_bar.h"
#include "gui/document/journal.h"

namespace bypath {

namespace {

// Stays on one line.
QString timeText(const QDateTime& written) {
  return QLocale(QLocale::English)
      .toString(written.toLocalTime(), QStringLiteral("d MMMM, hh:mm"))
      .replace(QLatin1Char(' '), QChar::Nbsp);
}

}  // namespace

Recovery::Recovery(DocumentEditor& editor, Journal& journal, FileFlow& files, MessageBar& bar,
                   QObject* parent)
    : QObject(parent), editor_(editor), journal_(journal), files_(files), bar_(bar) {
  connect(&bar, &MessageBar::closed, this, &Recovery::withdraw);
}

void Recovery::offer(const QString& file) {
  withdraw();
  file_ = file.isEmpty() ? QString() : QFileInfo(file).absoluteFilePath();
  for (std::unique_ptr<JournalPlace>& place : JournalPlace::abandoned(file_)) {
    Result<JournalRecord> record = readJournal(place->path());
    // The program ended between saving and tidying up.
    const bool saved = record && !file_.isEmpty() && record->project == editor_.project();
    if (saved)
      place->remove();
    else
      offers_.push_back({std::move(place), std::move(record)});
  }
  std::stable_sort(offers_.begin(), offers_.end(), [](const Offer& a, const Offer& b) {
    const auto time = [](const Offer& o) { return o.record ? o.record->written : QDateTime(); };
    return time(a) < time(b);
  });
  showNext();
}

void Recovery::withdraw() {
  offers_.clear();
  bar_.dismiss();
}

QString Recovery::sentence(const JournalRecord& record) const {
  const QString time = timeText(record.written);
  if (file_.isEmpty()) {
    const QString name = QString::fromStdString(record.project.network.name);
    return tr("Bypath ended before “%1” was ever saved (last change: %2).")
        .arg(name.isEmpty() ? tr("Untitled") : name, time);
  }
  const QFileInfo file(file_);
  QString text =
      tr("Bypath ended before the last changes to “%1” were saved (%2).").arg(file.fileName(), time);
  if (file.lastModified() > record.written)
    text += QLatin1Char(' ') + tr("The file was saved again after that.");
  return text;
}

void Recovery::showNext() {
  if (offers_.empty()) return bar_.dismiss();
  const Offer& next = offers_.back();
  const MessageAction throwAway{tr("Discard"), [this] { discard(); }};
  if (!next.record)
    return bar_.say(MessageKind::warning,
                    tr("Changes that were not saved are lost: %1")
                        .arg(QString::fromStdString(next.record.error().message)),
                    {throwAway});
  QString text = sentence(*next.record);
  if (offers_.size() > 1) text += QLatin1Char(' ') + tr("(%1 more)").arg(offers_.size() - 1);
  bar_.say(MessageKind::info, text, {{tr("Recover"), [this] { recover(); }}, throwAway});
}

void Recovery::recover() {
  if (offers_.empty()) return;
  Offer offer = std::move(offers_.back());
  offers_.pop_back();
  if (file_.isEmpty()) {
    // What opens it withdraws the other offers; the start page has them again.
    if (!files_.startRecovered(offer.record->project)) {
      offers_.push_back(std::move(offer));
      return showNext();
    }
  } else {
    editor_.apply(tr("Recover unsaved changes"), [&](Project& p) { p = offer.record->project; });
  }
  // The document has a journal of its own before the old one goes.
  if (journal_.flush()) offer.place->remove();
  showNext();
}

void Recovery::discard() {
  if (offers_.empty()) return;
  offers_.back().place->remove();
  offers_.pop_back();
  showNext();
}

}  // namespace bypath
