using Sluice.Kubernetes.Configuration;
using Sluice.Kubernetes.Configuration.Settings;
using Xunit;

namespace Sluice.Tests.Kubernetes.Configuration;

public sealed class ConfigurationRoundTripTests
{
    private const int Rounds = 300;

    [Fact]
    public void What_was_written_reads_back_to_the_same_value()
    {
        for (var seed = 0; seed < Rounds; seed++)
        {
            var configuration = RandomConfiguration.Next(new Random(seed));
            foreach (var text in (string[])[ConfigurationText.Yaml(configuration), ConfigurationText.Json(configuration)])
            {
                var read = ConfigurationText.Of(text);
                Assert.True(configuration == read, $"seed {seed}: {Differences(configuration, read)}\n{text}");
            }
        }
    }

    [Fact]
    public void Every_field_is_among_what_was_tried_and_every_flag_takes_the_text_that_stands_for_its_value()
    {
        var tried = new HashSet<string>(StringComparer.Ordinal);
        for (var seed = 0; seed < Rounds; seed++)
        {
            var configuration = RandomConfiguration.Next(new Random(seed));
            foreach (var setting in ConfigurationTable.All.Where(s => !s.AreSame(configuration, ProxyConfiguration.Default)))
            {
                tried.Add(setting.Field!);
                var taken = setting.Take(ProxyConfiguration.Default, [setting.Show(configuration)], isAlone: false, out var problem);
                Assert.True(problem is null && setting.AreSame(configuration, taken), $"seed {seed}: {setting.Name}: {setting.Show(configuration)}: {problem}");
            }
        }

        Assert.Equal([], ConfigurationTable.All.Where(s => s is not RetiredField<ProxyConfiguration>).Select(s => s.Field!).Except(tried));
    }

    [Fact]
    public void Where_zero_stands_for_the_default_zero_cannot_be_written()
    {
        var configuration = ProxyConfiguration.Default with { MetricsBindAddress = null };
        Assert.Equal("metricsBindAddress", ConfigurationWriter.FindUnsayable(configuration)?.Field);
        Assert.Null(ConfigurationWriter.FindUnsayable(ProxyConfiguration.Default));
    }

    private static string Differences(ProxyConfiguration one, ProxyConfiguration other) =>
        string.Join(", ", ConfigurationRemarks.Differences(one, other).Select(s => $"{s.Name}: {s.Show(one)} became {s.Show(other)}"));
}
