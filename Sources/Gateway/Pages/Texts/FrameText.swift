/// What frames every page, and what several pages say.
enum FrameText: String, PageText {
    case skip = "frame.skip"
    case again = "frame.again"
    case today = "frame.today"
    case yesterday = "frame.yesterday"
    /// The twelve months, separated by spaces.
    case months = "frame.months"
    case date = "frame.date"
    case dateAndTime = "frame.date_and_time"
    case never = "frame.never"
    case quoted = "frame.quoted"

    var english: String {
        switch self {
        case .skip: "Skip to content"
        case .again: "Try again"
        case .today: "today, {{time}}"
        case .yesterday: "yesterday, {{time}}"
        case .months: "January February March April May June July August September October November December"
        case .date: "{{day}} {{month}} {{year}}"
        case .dateAndTime: "{{date}}, {{time}}"
        case .never: "not yet"
        case .quoted: "“{{name}}”"
        }
    }

    var german: String {
        switch self {
        case .skip: "Zum Inhalt springen"
        case .again: "Noch einmal versuchen"
        case .today: "heute, {{time}} Uhr"
        case .yesterday: "gestern, {{time}} Uhr"
        case .months: "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
        case .date: "{{day}}. {{month}} {{year}}"
        case .dateAndTime: "{{date}}, {{time}} Uhr"
        case .never: "noch nicht"
        case .quoted: "„{{name}}“"
        }
    }
}
