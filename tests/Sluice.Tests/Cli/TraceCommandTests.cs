using System.Numerics;
using System.Text.Json;
using Xunit;

namespace Sluice.Tests.Cli;

/// <summary><c>sluice trace</c>: documents, many packets, words for senders and destinations.</summary>
public sealed class TraceCommandTests
{
    [Fact]
    public void The_case_file_gives_seven_ways_whose_shares_sum_to_one()
    {
        var trace = Json("trace -f demo:testsvc --from 172.31.3.9 --to 172.30.5.207:443 -o json", 1);
        Assert.Equal("sluice/v1", trace.GetProperty("apiVersion").GetString());
        Assert.Equal("Trace", trace.GetProperty("kind").GetString());
        Assert.Equal("Incomplete", trace.GetProperty("verdict").GetString());
        var packet = trace.GetProperty("packet");
        Assert.Equal("IPv4 tcp 172.31.3.9 40000 172.30.5.207 443 New Network", string.Join(' ', new[] { "family", "protocol", "source", "sourcePort", "destination", "destinationPort", "state", "entry" }.Select(k => packet.GetProperty(k).ToString())));

        var outcomes = trace.GetProperty("outcomes").EnumerateArray().ToList();
        Assert.Equal(7, outcomes.Count);
        Assert.Equal("153394757/1073741824", outcomes[0].GetProperty("exactProbability").GetString());
        Assert.Equal("82352908650603425/576460752303423488", outcomes[1].GetProperty("exactProbability").GetString());
        Assert.Equal(BigInteger.One, Sum(outcomes));
        Assert.Equal(1, outcomes.Sum(o => o.GetProperty("probability").GetDouble()), 1e-12);
        Assert.All(outcomes.Take(6), o => Assert.Equal("Incomplete", o.GetProperty("disposition").GetString()));
        Assert.All(outcomes.Take(6), o => Assert.Contains("KUBE-SEP-", o.GetProperty("reason").GetString(), StringComparison.Ordinal));

        var last = outcomes[6];
        Assert.Equal("Forwarded", last.GetProperty("disposition").GetString());
        Assert.Equal("172.31.9.52", last.GetProperty("destination").GetString());
        Assert.Equal(80, last.GetProperty("destinationPort").GetInt32());
        Assert.False(last.GetProperty("masquerade").GetBoolean());
        Assert.Equal("172.31.3.9", last.GetProperty("source").GetString());
        var step = last.GetProperty("path").EnumerateArray().First(s => s.GetProperty("chain").GetString() == "KUBE-SERVICES");
        Assert.Equal("PREROUTING", step.GetProperty("hook").GetString());
        Assert.Equal("nat", step.GetProperty("table").GetString());
        Assert.Equal(2, step.GetProperty("rule").GetInt32());
        Assert.Equal(16, step.GetProperty("line").GetInt32());
        Assert.StartsWith("KUBE-SVC-M42ZCW2EYUCRBVAF tcp", step.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal("Jump KUBE-SVC-M42ZCW2EYUCRBVAF", step.GetProperty("verdict").GetString());
        Assert.Contains("no filter table in the snapshot", trace.GetProperty("assumptions").EnumerateArray().Select(a => a.GetString()));
        Assert.True(trace.GetProperty("cost").GetProperty("rulesEvaluated").GetInt32() > 0);
    }

    [Fact]
    public void The_case_file_from_elsewhere_is_masqueraded_and_says_why()
    {
        var trace = Json("trace -f demo:testsvc --from 10.1.2.3 --to 172.30.5.207:443 -o json", 1);
        Assert.Equal(7, trace.GetProperty("outcomes").GetArrayLength());
        Assert.All(trace.GetProperty("outcomes").EnumerateArray(), outcome =>
        {
            Assert.True(outcome.GetProperty("masquerade").GetBoolean());
            Assert.Equal("source 10.1.2.3 is not in 172.31.0.0/16 (KUBE-SERVICES rule 1)", outcome.GetProperty("masqueradeReason").GetString());
        });
    }

    [Fact]
    public void The_case_file_from_outside_is_dropped_because_there_is_no_local_endpoint()
    {
        var trace = Json("trace -f demo:testsvc --from 203.0.113.7 --to 172.6.6.6:443 -o json", 1);
        Assert.Equal("Dropped", trace.GetProperty("verdict").GetString());
        Assert.Contains("has no local endpoints", trace.GetProperty("outcomes")[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Contains(trace.GetProperty("assumptions").EnumerateArray(), a => a.GetString()!.Contains("0x8000", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("testsvc-nat-listing.zh.txt")]
    [InlineData("testsvc-nat-listing.ja.txt")]
    [InlineData("testsvc-nat-listing.ru.txt")]
    public void Remarks_in_any_language_change_nothing(string name)
    {
        var path = Path.Combine(Fixture.Folder, name);
        var original = Path.Combine(Fixture.Folder, "testsvc-nat-listing.txt");
        foreach (var question in new[] { "--from 172.31.3.9 --to 172.30.5.207:443", "--from 10.1.2.3 --to 172.30.5.207:443", "--from 203.0.113.7 --to 172.6.6.6:443", "--from 172.31.3.9 --to 172.6.6.6:443" })
        {
            Assert.Equal(CommandRunner.Run($"trace -f {original} {question}").Output, CommandRunner.Run($"trace -f {path} {question}").Output);
        }
    }

    [Fact]
    public void Many_packets_give_one_document_per_line_in_order()
    {
        const string Packets = """
            {"name": "pod to vip", "from": "10.244.1.9", "to": "10.96.88.4:9090", "protocol": "tcp"}

            {"name": "no endpoints", "from": "10.244.1.9", "to": "10.96.33.9:5432"}
            {"from": "203.0.113.7", "to": "192.168.50.11:31111", "inInterface": "eth0", "sourcePort": 1234, "mark": "0x1", "reply": true}
            """;
        var result = CommandRunner.Run("trace -f demo:node --packets - -o json", Packets);
        Assert.True(result.Code == 1, result.ToString());
        var documents = result.Output.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(3, documents.Count);
        Assert.Equal(["pod to vip", "no endpoints"], documents.Take(2).Select(d => d.GetProperty("name").GetString()));
        Assert.Equal(["Delivered", "Rejected", "Delivered"], documents.Select(d => d.GetProperty("verdict").GetString()));
        Assert.False(documents[2].TryGetProperty("name", out _));
        Assert.True(documents[2].GetProperty("reply").GetBoolean());
        Assert.Equal(1234, documents[2].GetProperty("packet").GetProperty("sourcePort").GetInt32());
        Assert.Equal("eth0", documents[2].GetProperty("packet").GetProperty("inInterface").GetString());
        Assert.Equal("0x1", documents[2].GetProperty("packet").GetProperty("mark").GetString());
    }

    [Theory]
    [InlineData("{\"from\": \"10.0.0.1\"", "not JSON")]
    [InlineData("[]", "a packet is a JSON object")]
    [InlineData("{\"form\": \"10.0.0.1\"}", "unknown key 'form', did you mean from?")]
    [InlineData("{\"from\": []}", "'from' must be a string or number")]
    [InlineData("{\"from\": \"10.0.0.1\", \"to\": \"x\"}", "'x' is no destination")]
    public void A_bad_line_is_named(string line, string problem)
    {
        var result = CommandRunner.Run("trace -f demo:node --packets - -o json", "{\"from\": \"10.244.1.9\", \"to\": \"10.96.88.4:9090\"}\n" + line + "\n");
        Assert.Equal(2, result.Code);
        Assert.StartsWith("sluice: standard input, line 2: " + problem, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.Single(result.Output.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("--from host --to shop/api", "Local", "192.168.50.11")]
    [InlineData("--from 192.168.50.11 --to shop/api", "Local", "192.168.50.11")]
    [InlineData("--from 192.168.50.11 --to shop/api --entry network", "Network", "192.168.50.11")]
    [InlineData("--from external --to shop/web", "Network", "203.0.113.7")]
    [InlineData("--from 192.168.50.11 --to shop/web -i eth0", "Network", "192.168.50.11")]
    public void Senders_enter_where_they_are(string question, string entry, string source)
    {
        var packet = Json($"trace -f demo:node {question} -o json", null).GetProperty("packet");
        Assert.Equal(entry, packet.GetProperty("entry").GetString());
        Assert.Equal(source, packet.GetProperty("source").GetString());
    }

    [Fact]
    public void Names_are_the_destinations() =>
        Assert.Equal("10.244.1.20:8080\n10.244.1.21:8080\n", CommandRunner.Run("trace -f demo:node --from external --to 198.51.100.10:80 -o name").Output);

    [Fact]
    public void Colours_need_a_terminal_that_wants_them()
    {
        const string Line = "trace -f demo:node --from pod --to shop/web";
        Assert.Contains('\e', CommandRunner.Run(Line, isTerminal: true).Output);
        Assert.DoesNotContain('\e', CommandRunner.Run(Line).Output);
        Assert.DoesNotContain('\e', CommandRunner.Run(Line + " --no-color", isTerminal: true).Output);
        Assert.DoesNotContain('\e', CommandRunner.Run(Line, isTerminal: true, environment: name => name == "NO_COLOR" ? "1" : null).Output);
        Assert.DoesNotContain('\e', CommandRunner.Run(Line, isTerminal: true, environment: name => name == "TERM" ? "dumb" : null).Output);
    }

    private static JsonElement Json(string commandLine, int? code)
    {
        var result = CommandRunner.Run(commandLine);
        Assert.True(result.Code == (code ?? result.Code) && result.Code < 2, result.ToString());
        return JsonDocument.Parse(result.Output).RootElement;
    }

    private static BigInteger Sum(IEnumerable<JsonElement> outcomes)
    {
        BigInteger numerator = 0, denominator = 1;
        foreach (var outcome in outcomes)
        {
            var parts = outcome.GetProperty("exactProbability").GetString()!.Split('/').Select(BigInteger.Parse).ToArray();
            (numerator, denominator) = ((numerator * parts[1]) + (parts[0] * denominator), denominator * parts[1]);
        }

        return numerator == denominator ? BigInteger.One : BigInteger.Zero;
    }
}
