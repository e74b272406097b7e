namespace GrpoMonteCarlo.Worker.State;

/// <summary>What the operating system's error behind an exception was; outside Windows, HResult is its errno.</summary>
internal static class SystemError
{
    /// <summary>The file is open in another process that shares it with nobody.</summary>
    public static bool IsHeld(Exception fault) => fault.HResult == (OperatingSystem.IsWindows() ? Windows(32) : OperatingSystem.IsMacOS() ? 35 : 11);

    /// <summary>The file system is mounted read-only, or the medium is protected.</summary>
    public static bool IsReadOnly(Exception fault) => fault.HResult == (OperatingSystem.IsWindows() ? Windows(19) : 30);

    /// <summary>The disk is full.</summary>
    public static bool IsFull(Exception fault) => fault.HResult == (OperatingSystem.IsWindows() ? Windows(112) : 28);

    private static int Windows(int code) => unchecked((int)0x8007_0000) | code;
}
