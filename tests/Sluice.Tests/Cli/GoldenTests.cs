using System.Runtime.CompilerServices;
using Xunit;

namespace Sluice.Tests.Cli;

/// <summary>
/// What people see, word for word. After a wanted change: UPDATE_GOLDEN=1 dotnet test writes the files anew; look at the
/// difference before you commit it.
/// </summary>
public sealed class GoldenTests
{
    private const string Case = "-f demo:testsvc ";
    private const string Node = "-f demo:node ";

    public static TheoryData<string, int, string> Views { get; } = new()
    {
        { "trace-case-from-pod", 1, "trace " + Case + "--from 172.31.3.9 --to 172.30.5.207:443" },
        { "trace-case-from-outside-the-pods", 1, "trace " + Case + "--from 10.1.2.3 --to 172.30.5.207:443" },
        { "trace-case-no-local-endpoints", 1, "trace " + Case + "--from 203.0.113.7 --to 172.6.6.6:443" },
        { "trace-case-wide", 1, "trace " + Case + "--from 172.31.3.9 --to 172.6.6.6:443 -o wide" },
        { "trace-from-pod", 0, "trace " + Node + "--from pod --to shop/web" },
        { "trace-from-outside", 0, "trace " + Node + "--from external --to 198.51.100.10:80" },
        { "trace-from-host", 0, "trace " + Node + "--from host --to shop/api" },
        { "trace-hairpin-and-affinity", 0, "trace " + Node + "--from 10.244.1.40 --to shop/cart" },
        { "trace-node-port", 0, "trace " + Node + "--from external --to 192.168.50.11:31111" },
        { "trace-no-endpoints", 1, "trace " + Node + "--from pod --to shop/db" },
        { "trace-udp", 0, "trace " + Node + "--from pod --to kube-system/kube-dns:dns" },
        { "trace-reply", 0, "trace " + Node + "--from external --to 192.168.50.11:31111 --reply" },
        { "trace-no-service", 0, "trace " + Node + "--from pod --to 198.18.0.1:443" },
        { "services", 0, "services " + Node },
        { "services-wide", 0, "services " + Node + "-o wide" },
        { "services-case", 0, "services " + Case },
        { "services-one", 0, "services " + Node + "shop/web" },
        { "cost", 0, "cost " + Node },
        { "cost-compare", 0, "cost --compare --measure none --services 1,100,1000 " + Node },
        { "demo", 0, "demo --offline" },
        { "help", 0, "--help" },
        { "help-trace", 0, "trace --help" },
    };

    [Theory]
    [MemberData(nameof(Views))]
    public void Prints_what_was_approved(string name, int code, string commandLine)
    {
        var result = CommandRunner.Run(commandLine);
        Assert.True(result.Code == code, $"{commandLine}: {result}");
        var file = Path.Combine(Folder(), name + ".txt");
        var output = result.Output.Replace("Sluice.Tests", "sluice", StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(file, output);
        }

        Assert.True(File.Exists(file), $"no {file}: run with UPDATE_GOLDEN=1");
        Assert.Equal(File.ReadAllText(file), output);
    }

    /// <summary>Views that keep to the terminal's width; tables and help are as wide as their words.</summary>
    public static IEnumerable<TheoryDataRow<string, int, string>> NarrowViews =>
        Views.Where(v => v.Data.Item1 is not ("services-wide" or "trace-case-wide" or "services" or "help" or "help-trace"));

    [Theory]
    [MemberData(nameof(NarrowViews))]
    public void Views_fit_into_80_columns_unless_wide(string name, int code, string commandLine)
    {
        _ = code;
        var output = CommandRunner.Run(commandLine).Output;
        Assert.All(output.Split('\n'), line => Assert.True(line.Length <= 80 || name == "cost", $"{line.Length} columns: {line}"));
    }

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Golden");
}
