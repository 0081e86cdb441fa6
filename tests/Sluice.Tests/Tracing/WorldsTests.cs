using System.Text;
using Sluice.Netfilter.Tracing;
using Xunit;

namespace Sluice.Tests.Tracing;

/// <summary>What an outcome's probability means: given any one answer to all conditions, those that fit sum to exactly 1.</summary>
public sealed class WorldsTests
{
    [Fact]
    public void In_every_world_the_probabilities_sum_to_one()
    {
        var worlds = 0;
        for (var seed = 1; seed <= 500; seed++)
        {
            var trace = Ask.Trace(Rules(new Random(seed)), Ask.Tcp("10.0.0.1", "203.0.113.7:80"));
            var conditions = trace.Outcomes.SelectMany(o => o.Conditions).Select(Clause).Distinct(StringComparer.Ordinal).ToList();
            Assert.InRange(conditions.Count, 0, 12);
            for (var world = 0; world < 1 << conditions.Count; world++)
            {
                var sum = trace.Outcomes
                    .Where(o => o.Conditions.All(c => ((world >> conditions.IndexOf(Clause(c))) & 1) == (c.StartsWith("if ", StringComparison.Ordinal) ? 1 : 0)))
                    .Aggregate(Probability.Zero, (total, o) => total + o.Probability);
                Assert.True(sum.IsOne, $"seed {seed}, world {world:b}: {sum}\n{trace.Show()}");
                worlds++;
            }
        }

        Assert.True(worlds > 1000, $"only {worlds} worlds: the generator forks too little");
    }

    private static string Clause(string condition) => condition[(condition.IndexOf(' ', StringComparison.Ordinal) + 1)..];

    private static string Rules(Random random)
    {
        var text = new StringBuilder("*filter\n:FORWARD ACCEPT [0:0]\n:A - [0:0]\n:B - [0:0]\n");
        foreach (var chain in (string[])["FORWARD", "A", "B"])
        {
            for (var n = random.Next(1, 5); n > 0; n--)
            {
                text.Append("-A ").Append(chain)
                    .Append(random.Next(3) == 0 ? " -p tcp" : "")
                    .Append(random.Next(2) == 0 ? $" -m statistic --mode random --probability 0.{random.Next(1, 10)}" : "")
                    .Append(random.Next(3) == 0 ? $" -m mystery --riddle {random.Next(3)}" : "")
                    .Append(random.Next(5) switch
                    {
                        0 => " -j ACCEPT",
                        1 => " -j DROP",
                        2 => " -j RETURN",
                        3 when chain != "B" => chain == "A" ? " -g B" : $" -j {(random.Next(2) == 0 ? "A" : "B")}",
                        _ => $" -j MARK --set-xmark 0x{random.Next(1, 4)}/0x3",
                    })
                    .Append('\n');
            }
        }

        return text.Append("COMMIT\n").ToString();
    }
}
