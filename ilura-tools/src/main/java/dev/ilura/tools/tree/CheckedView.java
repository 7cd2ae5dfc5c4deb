package dev.ilura.tools.tree;

import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a {@link CheckedDirectory} says of a name in it: the directory is looked at before and after. */
record CheckedView(CheckedDirectory directory, PosixFileAttributeView plain) implements PosixFileAttributeView {
    @Override
    public String name() {
        return plain.name();
    }

    @Override
    public PosixFileAttributes readAttributes() throws IOException {
        return directory.step(plain::readAttributes);
    }

    @Override
    public void setTimes(@Nullable FileTime modified, @Nullable FileTime accessed, @Nullable FileTime created)
            throws IOException {
        directory.step(() -> {
            plain.setTimes(modified, accessed, created);
            return modified;
        });
    }

    @Override
    public void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
        directory.step(() -> {
            plain.setPermissions(permissions);
            return permissions;
        });
    }

    @Override
    public UserPrincipal getOwner() throws IOException {
        return directory.step(plain::getOwner);
    }

    @Override
    public void setOwner(UserPrincipal owner) {
        throw new UnsupportedOperationException("owners are not changed");
    }

    @Override
    public void setGroup(GroupPrincipal group) {
        throw new UnsupportedOperationException("groups are not changed");
    }
}
