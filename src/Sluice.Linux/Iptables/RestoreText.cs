using System.Text;
using Sluice.Netfilter.Iptables;

namespace Sluice.Linux.Iptables;

/// <summary>Writes a batch as input of iptables-restore.</summary>
internal static class RestoreText
{
    internal static void Write(RestoreBatch batch, Stream stream)
    {
        using var text = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16, leaveOpen: true);
        foreach (var table in batch.Tables)
        {
            text.Write($"*{table.Table}\n");
            foreach (var chain in table.Emptied)
            {
                text.Write($":{chain} - [0:0]\n");
            }

            foreach (var command in table.Commands)
            {
                text.Write(command.Verb switch
                {
                    RestoreVerb.Append => $"-A {command.Chain} ",
                    RestoreVerb.Insert => $"-I {command.Chain} {command.Position} ",
                    _ => $"-D {command.Chain} ",
                });
                text.Write(command.Rule);
                text.Write('\n');
            }

            foreach (var chain in table.Removed)
            {
                text.Write($"-X {chain}\n");
            }

            text.Write("COMMIT\n");
        }
    }
}
