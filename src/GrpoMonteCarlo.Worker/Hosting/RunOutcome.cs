namespace GrpoMonteCarlo.Worker.Hosting;

/// <summary>
/// The exit code of a run. The first word stands, a signal that stops the run or what ended it; but a run that was concluded all the same
/// was not stopped.
/// </summary>
internal sealed class RunOutcome
{
    private int _exitCode = -1;

    public int ExitCode => Volatile.Read(ref _exitCode) is >= 0 and var code ? code : Worker.ExitCode.Fault;

    public bool IsSet => Volatile.Read(ref _exitCode) >= 0;

    /// <summary>Says that the run is over, or to be stopped.</summary>
    public void Set(int exitCode) => Interlocked.CompareExchange(ref _exitCode, exitCode, -1);

    /// <summary>Says that all that comes of the run has been written.</summary>
    public void Conclude(int exitCode) => Volatile.Write(ref _exitCode, exitCode);
}
