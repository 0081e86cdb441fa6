namespace Sluice.KernelTests.Lab;

[Flags]
public enum LabTcpFlags
{
    None = 0,
    Fin = 1,
    Syn = 2,
    Rst = 4,
    Psh = 8,
    Ack = 16,
    Urg = 32,
}
