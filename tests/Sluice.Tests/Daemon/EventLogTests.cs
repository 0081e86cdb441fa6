using System.Text.Json;
using Sluice.Daemon;
using Sluice.Kubernetes.Configuration;
using Xunit;

namespace Sluice.Tests.Daemon;

public sealed class EventLogTests
{
    private readonly StringWriter _text = new();

    [Fact]
    public void An_event_is_one_line_with_time_level_message_and_fields()
    {
        Log().Info("rules are in place", ("family", "IPv4"), ("services", 12), ("took", TimeSpan.FromMilliseconds(1234)), ("absent", null));
        Assert.Equal("time=2026-01-02T03:04:05.000Z level=info msg=\"rules are in place\" family=IPv4 services=12 took=1.234s\n", _text.ToString());
    }

    [Fact]
    public void Whatever_a_value_holds_the_line_stays_one_line_and_steers_no_terminal()
    {
        Log().Error("bad\nmessage", ("value", "a \"b\" \\ \r\n\t\u001b[31m\u0085\u2028 é=1"));
        Assert.Equal(
            "time=2026-01-02T03:04:05.000Z level=error msg=\"bad\\nmessage\" value=\"a \\\"b\\\" \\\\ \\u000d\\n\\t\\u001b[31m\\u0085\\u2028 é=1\"\n",
            _text.ToString());
    }

    [Fact]
    public void Details_are_written_only_when_wanted()
    {
        Log().Detail("quiet");
        Assert.Equal("", _text.ToString());
        Log(verbosity: 1).Detail("loud");
        Assert.Equal("time=2026-01-02T03:04:05.000Z level=debug msg=\"loud\"\n", _text.ToString());
    }

    [Fact]
    public void An_event_as_JSON_is_an_object_on_one_line_with_numbers_as_numbers()
    {
        Log(format: LogFormat.Json).Warn(
            "odd\n", ("family", "IPv4"), ("services", 12), ("took", TimeSpan.FromMilliseconds(1234)), ("all", true), ("absent", null), ("text", "a \"b\" \u0085\u2028 é\u001b"));
        var line = _text.ToString();
        Assert.EndsWith("\n", line, StringComparison.Ordinal);
        Assert.DoesNotContain(line[..^1], c => char.IsControl(c) || c == '\u2028');
        Assert.StartsWith("{\"time\":\"2026-01-02T03:04:05.000Z\",\"level\":\"warn\",\"msg\":\"odd\\n\",\"family\":\"IPv4\",\"services\":12,\"took\":1.234,\"all\":true,\"text\":", line, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(line);
        Assert.Equal("a \"b\" \u0085\u2028 é\u001b", json.RootElement.GetProperty("text").GetString());
    }

    [Fact]
    public void Verbosity_and_format_change_while_it_is_used()
    {
        var log = Log();
        log.Configure(verbosity: 1, LogFormat.Json);
        log.Detail("loud");
        Assert.Equal("{\"time\":\"2026-01-02T03:04:05.000Z\",\"level\":\"debug\",\"msg\":\"loud\"}\n", _text.ToString());
    }

    private EventLog Log(int verbosity = 0, LogFormat format = LogFormat.Text) => new(_text, new ManualTime(), verbosity, format);
}
