using System.Text;
using Xunit;

namespace Sluice.Tests.Cli;

/// <summary>Whatever goes wrong is one line that says what to do, and exit code 2.</summary>
public sealed class FailureTests : IDisposable
{
    private const string Packet = "--from 172.31.3.9 --to 172.30.5.207:443";
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-test-").FullName;

    public static TheoryData<string, string> Lines { get; } = new()
    {
        { "trace -f no/such/file " + Packet, "there is no file no/such/file" },
        { "trace -f demo:other " + Packet, "there is no example demo:other: take demo:testsvc or demo:node" },
        { "trac", "unknown command trac, did you mean trace?; see 'sluice --help'" },
        { "trace -f demo:node --fron pod", "unknown flag --fron, did you mean --from?; see 'sluice trace --help'" },
        { "trace -f demo:node --wat", "unknown flag --wat; see 'sluice trace --help'" },
        { "services --fil demo:node", "unknown flag --fil, did you mean --file?; see 'sluice services --help'" },
        { "graph -f demo:node --wat", "unknown flag --wat; see 'sluice graph --help'" },
        { "cost -f demo:node shop/web -x", "unknown flag -x; see 'sluice cost --help'" },
        { "trace -f demo:node surplus", "unexpected argument 'surplus'; see 'sluice trace --help'" },
        { "trace -f demo:node --from", "Required argument missing for option: '--from'; see 'sluice trace --help'" },
        { "trace -f demo:node -o xml --from pod --to shop/web", "'xml' is no output of trace: take one of table, wide, json, yaml, name, mermaid, dot, svg" },
        { "trace -f demo:node --to shop/web", "say who sends the packet: --from ADDRESS, host, pod or external" },
        { "trace -f demo:node --from pod", "say where the packet goes: --to ADDRESS:PORT or NAMESPACE/SERVICE" },
        { "trace -f demo:node --from pod --to shop/wep", "no Service shop/wep in demo:node: did you mean shop/web?" },
        { "trace -f demo:node --from pod --to shop/web:81", "Service shop/web has no such port: it has http (80/tcp), http (30080/tcp)" },
        { "trace -f demo:node --from shop/web-0 --to shop/web", "pod shop/web-0 has no address in a node's rules: give the pod's address" },
        { "trace -f demo:node --from nobody --to shop/web", "'nobody' is no sender: take an address, host, pod or external" },
        { "trace -f demo:testsvc --from host --to 172.30.5.207:443", "the node's addresses are not known: add the output of 'ip addr' with --file, or take --from ADDRESS --entry local" },
        { "trace -f demo:node --from 10.0.0.1 --to 10.0.0.2", "say the port: --to 10.0.0.2:80 (or another --protocol than tcp)" },
        { "trace -f demo:node --from 10.0.0.1 --to 10.0.0.2:99999", "'99999' in --to 10.0.0.2:99999 is no port: take a number from 1 to 65535" },
        { "trace -f demo:node --from 10.0.0.1 --to hello", "'hello' is no destination: take ADDRESS:PORT, [V6ADDRESS]:PORT or NAMESPACE/SERVICE[:PORT]" },
        { "trace -f demo:node --from fd00::1 --to 10.0.0.2:80", "--from fd00::1 is IPv6, but --to 10.0.0.2 is IPv4: give both of one family" },
        { "trace -f demo:node --from fd00::1 --to [fd00::2]:80", "the packet is IPv6, but demo:node holds IPv4 rules only: add what ip6tables-save prints with --file" },
        { "trace -f demo:node --from pod --to shop/web --protocol tpc", "'tpc' is no protocol: take tcp, udp, sctp, icmp, icmpv6 or a number" },
        { "trace -f demo:node --from pod --to 10.0.0.1:1 --state nwe", "'nwe' is no state, did you mean new?: take one of new, established, related, invalid, untracked" },
        { "trace -f demo:node --from pod --to 10.0.0.1:1 --mark x", "'x' is no mark: take a number such as 0x4000" },
        { "trace -f demo:node --from pod --to 10.0.0.1:1 --tcp-flags SYM", "'SYM' is no TCP flag, did you mean SYN?: take one of FIN, SYN, RST, PSH, ACK, URG" },
        { "services -f demo:node nothing-like-this", "no Service nothing-like-this in demo:node: 'sluice services' lists the 7 that are" },
        { "graph -f demo:node --table nut", "no table nut in demo:node: there is mangle, filter, nat" },
        { "graph -f demo:node shop/web --table nat", "draw one thing: a Service, a --table, or a packet with --from and --to" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void Says_in_one_line_what_to_do(string commandLine, string line)
    {
        var result = CommandRunner.Run(commandLine);
        Assert.Equal(ExitCode.Failure, result.Code);
        Assert.Equal($"sluice: {line}\n", result.Error);
        Assert.Equal("", result.Output);
    }

    [Fact]
    public void Without_a_command_it_names_them_all() =>
        Assert.Equal("sluice: say what to do: trace, services, graph, cost, diff, render, proxy, demo; see 'sluice --help'\n", CommandRunner.Run("").Error);

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("\u0001\u0000\u0002 ELF", "is binary, not text")]
    [InlineData("hello world\n", "holds no rules")]
    [InlineData("create a hash:ip\nadd a 10.0.0.1\n", "holds ipsets, but no rules that ask them: add what iptables-save prints with --file")]
    public void Names_the_file_that_is_no_dump(string content, string problem)
    {
        var path = Write("dump", content);
        var result = CommandRunner.Run($"trace -f {path} {Packet}");
        Assert.Equal(ExitCode.Failure, result.Code);
        Assert.StartsWith($"sluice: {path} {problem}", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("create a hash:ip\nadd a 10.0.0.1\n")]
    [InlineData("-A -t 10.96.0.1:443 -s rr\n")]
    [InlineData("IP Virtual Server version 1.2.1 (size=4096)\n")]
    public void Sets_or_virtual_servers_alone_are_a_dump(string content)
    {
        var result = CommandRunner.Run($"services -f {Write("dump", content)}");
        Assert.True(result.Code < ExitCode.Failure, result.ToString());
    }

    [Fact]
    public void Says_where_a_truncated_dump_ends_and_answers_from_the_rest()
    {
        using var stream = typeof(Program).Assembly.GetManifestResourceStream("node/iptables-save.txt")!;
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd();
        var path = Write("cut", text[..text.IndexOf("-A KUBE-SEP-EK4XM7C4HGA426IR -p", StringComparison.Ordinal)]);
        var result = CommandRunner.Run($"trace -f {path} --from 10.244.1.9 --to 10.96.120.15:80 -o json");
        Assert.True(result.Code < ExitCode.Failure && result.Error.Length > 0, result.ToString());
        Assert.Contains("left out", result.Output, StringComparison.Ordinal);
        Assert.All(result.Error.TrimEnd().Split('\n'), line => Assert.StartsWith($"sluice: note: {path}:", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Standard_input_can_be_read_only_once() =>
        Assert.Equal("sluice: standard input (--file -) can be read only once\n", CommandRunner.Run("services -f - -f -").Error);

    [Theory]
    [InlineData("--help")]
    [InlineData("trace --help")]
    [InlineData("services --help")]
    [InlineData("graph --help")]
    [InlineData("cost --help")]
    [InlineData("render --help")]
    [InlineData("proxy --help")]
    [InlineData("demo --help")]
    public void Help_fits_80_columns(string commandLine)
    {
        var help = CommandRunner.Run(commandLine);
        Assert.Equal((0, ""), (help.Code, help.Error));
        Assert.All(help.Output.Split('\n'), line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public void Help_of_render_has_its_own_options_and_those_of_the_node() =>
        Assert.All(
            (string[])["--mode <MODE>", "-c, --cluster <PATH>", "--kubeconfig <", "--cluster-cidr <", "--nftables-counters"],
            flag => Assert.Contains(flag, CommandRunner.Run("render --help").Output, StringComparison.Ordinal));

    [Fact]
    public void Help_wins_over_mistakes() => Assert.Equal(0, CommandRunner.Run("trace --help --nonsense").Code);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, Encoding.UTF8.GetBytes(content));
        return path;
    }
}
