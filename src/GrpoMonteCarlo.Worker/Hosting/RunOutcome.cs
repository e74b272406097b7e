namespace GrpoMonteCarlo.Worker.Hosting;

/// <summary>The exit code of a run. The first word stands: a signal that stops the run, or the run's own end.</summary>
internal sealed class RunOutcome
{
    private int _exitCode = -1;

    public int ExitCode => Volatile.Read(ref _exitCode) is >= 0 and var code ? code : Worker.ExitCode.Fault;

    public bool IsSet => Volatile.Read(ref _exitCode) >= 0;

    public void Set(int exitCode) => Interlocked.CompareExchange(ref _exitCode, exitCode, -1);
}
