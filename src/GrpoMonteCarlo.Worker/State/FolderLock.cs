namespace GrpoMonteCarlo.Worker.State;

/// <summary>
/// The right to write a folder of results, which at most one process has. It is a locked file that stays when the lock is let go of, so that
/// nobody can lock a file that is no longer there while another process locks a new one of the same name. The operating system lets go of
/// the lock when its process ends, however that ends.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private readonly string _file;
    private readonly FileStream _held;

    private FolderLock(string file, FileStream held)
    {
        _file = file;
        _held = held;
    }

    /// <summary>Whether the file is still there; if not, someone has removed the folder.</summary>
    public bool FileExists => File.Exists(_file);

    /// <summary>Takes the lock.</summary>
    /// <param name="folder">The folder of results, for messages.</param>
    /// <param name="file">The file to lock, in a folder that exists.</param>
    /// <param name="warn">Takes a line where the file system knows no locks.</param>
    /// <exception cref="BadInputException">Another process has it, or the folder cannot be written to.</exception>
    public static FolderLock Take(string folder, string file, Action<string> warn)
    {
        FileStream held;
        try
        {
            held = Open(file);
        }
        catch (Exception fault) when (fault is UnauthorizedAccessException || SystemError.IsReadOnly(fault))
        {
            throw new BadInputException($"{folder}: cannot be written to: {fault.Message}");
        }
        catch (IOException fault) when (SystemError.IsHeld(fault))
        {
            throw new BadInputException($"{folder}: another process is running an experiment in it");
        }

        // Where locks work, the file cannot be opened again; some file systems of clusters have none, and that is silently passed over.
        try
        {
            Open(file).Dispose();
            warn($"{folder}: its file system has no locks, so nothing keeps another process from running an experiment in it at the same time");
        }
        catch (IOException fault) when (SystemError.IsHeld(fault))
        {
        }

        return new FolderLock(file, held);
    }

    public void Dispose() => _held.Dispose();

    private static FileStream Open(string file) => new(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
}
