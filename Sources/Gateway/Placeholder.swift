import Hummingbird
import Mustache
import Metrics
