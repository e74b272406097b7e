namespace GrpoMonteCarlo.Worker;

/// <summary>What the process answers.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>A fault of the program or of the machine.</summary>
    public const int Fault = 1;

    /// <summary>A command line or an input file that cannot be used.</summary>
    public const int BadInput = 2;

    /// <summary>The run's certificate failed, the dataset being written all the same; or something is off in a run that was verified.</summary>
    public const int CheckFailed = 3;

    /// <summary>Stopped by SIGINT; running again goes on.</summary>
    public const int Interrupted = 130;

    /// <summary>Stopped by SIGTERM; running again goes on.</summary>
    public const int Terminated = 143;
}
