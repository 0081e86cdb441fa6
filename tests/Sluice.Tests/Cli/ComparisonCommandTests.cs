using System.Text.Json;
using Xunit;

namespace Sluice.Tests.Cli;

/// <summary><c>sluice cost --compare</c> and <c>sluice diff</c> on the command line, without a kernel.</summary>
public sealed class ComparisonCommandTests
{
    private const string Compare = "cost --compare --measure none ";

    private static string Cluster => $"-c {Path.Combine(Repository(), "examples", "cluster")} --node node-1 --cluster-cidr 10.244.0.0/16 ";

    [Fact]
    public void A_comparison_as_a_document_has_the_counted_figures_of_each_mode_and_size()
    {
        var comparison = Json(Compare + Cluster + "--services 10,1000 -o json");
        Assert.Equal("CostComparison", comparison.GetProperty("kind").GetString());
        Assert.Equal(4, comparison.GetProperty("cluster").GetProperty("services").GetInt32());
        Assert.Equal(JsonValueKind.Null, comparison.GetProperty("kernel").ValueKind);
        var modes = comparison.GetProperty("modes").EnumerateArray().ToDictionary(m => m.GetProperty("mode").GetString()!);
        Assert.Equal(["iptables", "ipvs", "nftables"], modes.Keys);
        int Last(string mode, int point) => modes[mode].GetProperty("series")[point].GetProperty("rulesEvaluated").GetProperty("last").GetInt32();
        Assert.True(Last("iptables", 1) > Last("iptables", 0) + 900);
        Assert.Equal(Last("nftables", 0), Last("nftables", 1));
        Assert.Equal(Last("ipvs", 0), Last("ipvs", 1));
        Assert.Equal(JsonValueKind.Null, modes["iptables"].GetProperty("cluster").GetProperty("measured").ValueKind);
        Assert.Equal("nftables", comparison.GetProperty("recommendation").GetProperty("mode").GetString());
    }

    [Fact]
    public void Modes_that_differ_end_with_code_1_and_a_mode_and_itself_with_0()
    {
        var different = CommandRunner.Run($"diff --from iptables --to nftables {Cluster}");
        Assert.True(different.Code == ExitCode.Findings && different.Error.Length == 0, different.ToString());
        Assert.Contains("unused-port-of-cluster-ip: 4 Service ports", different.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("unexplained", different.Output, StringComparison.Ordinal);
        Assert.All(different.Output.Split('\n'), line => Assert.True(line.Length <= 80, $"{line.Length} columns: {line}"));
        Assert.Equal(ExitCode.Clean, CommandRunner.Run($"diff --from ipvs --to ipvs {Cluster}").Code);
    }

    [Fact]
    public void A_damaged_dump_is_told_from_the_plan_and_the_Service_is_named()
    {
        var rules = CommandRunner.Run("render " + Cluster).Output.Split('\n').ToList();
        rules.RemoveAt(rules.FindIndex(r => r.Contains("--to-destination 10.244.1.12:8080", StringComparison.Ordinal)));
        InFolder(folder =>
        {
            var path = Path.Combine(folder, "rules.txt");
            File.WriteAllLines(path, rules);
            var family = Assert.Single(Json($"diff --from iptables --to {path} {Cluster} -o json", ExitCode.Findings).GetProperty("families").EnumerateArray().ToList());
            var cause = Assert.Single(family.GetProperty("causes").EnumerateArray().ToList());
            Assert.Equal("unexplained", cause.GetProperty("name").GetString());
            Assert.Equal("shop/web:http", Assert.Single(cause.GetProperty("items").EnumerateArray().ToList()).GetProperty("name").GetString());
        });
    }

    [Fact]
    public void Virtual_servers_of_another_program_do_not_make_a_node_one_of_IPVS_mode()
    {
        var rules = CommandRunner.Run("render " + Cluster).Output + "-A -t 192.0.2.99:443 -s rr\n-a -t 192.0.2.99:443 -r 192.0.2.50:443 -m -w 1\n";
        InFolder(folder =>
        {
            var path = Path.Combine(folder, "rules.txt");
            File.WriteAllText(path, rules);
            var family = Assert.Single(Json($"diff --from iptables --to {path} {Cluster} -o json", ExitCode.Findings).GetProperty("families").EnumerateArray().ToList());
            var services = family.GetProperty("causes").EnumerateArray().SelectMany(c => c.GetProperty("items").EnumerateArray()).Select(s => s.GetProperty("name").GetString());
            Assert.DoesNotContain(services, s => s!.StartsWith("shop/", StringComparison.Ordinal));
        });
    }

    [Fact]
    public void Shares_that_depend_on_a_limit_are_not_explained_by_a_scheduler_where_there_is_no_IPVS()
    {
        var limited = CommandRunner.Run("render " + Cluster).Output.Replace("-m statistic --mode random --probability 0.3333333333", "-m limit --limit 5/sec", StringComparison.Ordinal);
        var native = CommandRunner.Run("render --mode nftables " + Cluster).Output;
        InFolder(folder =>
        {
            var (one, other) = (Path.Combine(folder, "limited.txt"), Path.Combine(folder, "native.txt"));
            File.WriteAllText(one, limited);
            File.WriteAllText(other, native);
            var family = Json($"diff --from {one} --to {other} --family ipv4 -o json", ExitCode.Findings).GetProperty("families")[0];
            var causes = family.GetProperty("causes").EnumerateArray().ToDictionary(c => c.GetProperty("name").GetString()!, c => c.GetProperty("items").EnumerateArray().Select(s => s.GetProperty("name").GetString()));
            Assert.DoesNotContain("ipvs-scheduler", causes.Keys);
            Assert.Contains("shop/web:http", causes["unexplained"]);
        });
    }

    [Fact]
    public void A_cluster_without_Services_is_told_in_one_line() => InFolder(folder =>
    {
        var result = CommandRunner.Run($"diff --from iptables --to ipvs -c {folder} --node node-1");
        Assert.Equal((ExitCode.Failure, "sluice: iptables and ipvs have no Service to compare\n"), (result.Code, result.Error));
    });

    [Theory]
    [InlineData("cost --compare --measure none -f demo:node -o svg --services 7", "--services: give at least two numbers from 1 to 60000 for this cluster")]
    [InlineData("cost --services 1,2 -f demo:node", "--services is for a comparison of modes: add --compare")]
    [InlineData("cost --compare --services 0 -f demo:node", "--services: expected numbers from 1 to 60000 with commas between, not '0'")]
    [InlineData("cost --compare --budget never -f demo:node", "--budget: expected seconds from 0.1 to 3600, not 'never'")]
    [InlineData("cost --compare --measure some -f demo:node", "--measure: expected none, cluster or series, not 'some'")]
    [InlineData("cost --compare --family 4 -f demo:node", "--family: expected ipv4 or ipv6, not '4'")]
    [InlineData("cost --compare -f demo:node shop/web", "--compare is about all Services together: leave out 'shop/web'")]
    [InlineData("cost --compare -f demo:node --cluster-cidr 10.0.0.0/8", "the flags of the node are for a cluster: add --cluster PATH or --kubeconfig FILE")]
    [InlineData("cost -f demo:node -o svg", "-o svg is a plot of what modes cost: add --compare")]
    [InlineData("cost --compare --measure none --family ipv6 -f demo:node", "demo:node has no Service of IPv6: there is nothing to compare")]
    [InlineData("diff --from iptables", "say what to compare: --to iptables, ipvs, nftables, live or the path of a dump")]
    [InlineData("diff --from iptables --to nftables", "diff needs the cluster: -c PATH, a file or folder of manifests, or --kubeconfig FILE")]
    [InlineData("diff --from no/such/file --to demo:node", "there is no file no/such/file")]
    public void What_makes_no_sense_is_one_line(string commandLine, string line)
    {
        var result = CommandRunner.Run(commandLine);
        Assert.Equal($"sluice: {line}\n", result.Error);
        Assert.Equal((ExitCode.Failure, ""), (result.Code, result.Output));
    }

    [Fact]
    public void A_plot_is_a_drawing_with_each_mode() => Assert.All(
        (string[])["<svg ", "line iptables", "line ipvs", "line nftables", "this cluster: 7"],
        word => Assert.Contains(word, CommandRunner.Run(Compare + "-f demo:node -o svg --services 1,10,100").Output, StringComparison.Ordinal));

    private static void InFolder(Action<string> test)
    {
        var folder = Directory.CreateTempSubdirectory("sluice-diff-");
        try
        {
            test(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static JsonElement Json(string commandLine, int code = ExitCode.Clean)
    {
        var result = CommandRunner.Run(commandLine);
        Assert.True(result.Code == code, result.ToString());
        return JsonDocument.Parse(result.Output).RootElement;
    }

    private static string Repository([System.Runtime.CompilerServices.CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
